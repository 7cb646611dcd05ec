package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.security.SecureRandom;

/// One side of a Diffie-Hellman exchange: an ephemeral private key, wiped on close. Generating and agreeing are slow
/// and not for an event loop.
public interface KeyAgreement extends AutoCloseable {
    /// A new ephemeral key.
    static KeyAgreement generate(DhGroup group, SecureRandom random) {
        return switch (group.parameters()) {
            case GroupParameters.Modp modp -> ModpKeyAgreement.generate(group, modp, random);
            case GroupParameters.Ecp ecp -> EcpKeyAgreement.generate(group, ecp, random);
            case GroupParameters.Brainpool brainpool -> BrainpoolKeyAgreement.generate(group, brainpool, random);
            case GroupParameters.Montgomery _ -> MontgomeryKeyAgreement.generate(group, random);
        };
    }

    /// The group.
    DhGroup group();

    /// What goes into the key exchange payload.
    Bytes publicValue();

    /// g^xy, or why the peer's value cannot be used. The caller closes the secret.
    Result agree(Bytes peerPublic);

    /// The outcome of an agreement.
    sealed interface Result {}

    /// g^xy at its full length.
    record Agreed(Secret shared) implements Result {}

    /// The peer's value is none of the group (0, 1, p-1, not below p, of the wrong length, off the curve, outside the
    /// subgroup), or it is our own. Found out before any exponentiation with our key, but for the small orders of Curve25519,
    /// which only the result shows (RFC 7748 section 6.1).
    record Refused(String reason) implements Result {}

    @Override
    void close();
}
