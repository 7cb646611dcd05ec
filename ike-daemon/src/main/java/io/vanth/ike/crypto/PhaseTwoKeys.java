package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.ike.wire.Bytes;
import java.util.Arrays;
import java.util.Optional;

/// KEYMAT, RFC 2409 section 5.5.
public final class PhaseTwoKeys {
    private static final byte[] NOTHING = {};

    private PhaseTwoKeys() {}

    /// `length` bytes of KEYMAT for one direction: prf(SKEYID_d, [g(qm)^xy |] protocol | SPI | Ni_b | Nr_b), repeated.
    /// `spi` is the one that the receiver of that direction chose.
    ///
    /// @param shared g(qm)^xy with perfect forward secrecy; stays the caller's
    public static Secret keymat(PhaseOneKeys keys, Optional<Secret> shared, SecurityProtocol protocol, Spi spi,
            Bytes initiatorNonce, Bytes responderNonce, int length) {
        byte[] fresh = shared.map(secret -> secret.expose(byte[]::clone)).orElse(NOTHING);
        byte[] context = Bytes.concat(Bytes.of(protocolId(protocol)), Bytes.ofInt(spi.value()), initiatorNonce,
                responderNonce).toArray();
        byte[] rest = Arrays.copyOf(fresh, fresh.length + context.length);
        System.arraycopy(context, 0, rest, fresh.length, context.length);
        try {
            return KeyExpansion.expand(keys.prf(), keys.skeyidD(), NOTHING, rest, length);
        } finally {
            Arrays.fill(fresh, (byte) 0);
            Arrays.fill(rest, (byte) 0);
        }
    }

    /// The protocol's number in the IPsec DOI (RFC 2407 section 4.4.1), which is not its IP protocol number.
    private static byte protocolId(SecurityProtocol protocol) {
        return switch (protocol) {
            case AH -> 2;
            case ESP -> 3;
            case IPCOMP -> throw new IllegalArgumentException("IPComp has no keys");
        };
    }
}
