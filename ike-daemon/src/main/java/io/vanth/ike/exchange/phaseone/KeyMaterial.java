package io.vanth.ike.exchange.phaseone;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.crypto.PhaseOneKeys;
import io.vanth.ike.crypto.Prf;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.wire.Bytes;

/// The keys of phase 1 with the public values that the hashes cover. Owns the keys.
public record KeyMaterial(PhaseOneKeys keys, ExchangeCipher cipher, Bytes initiatorPublic, Bytes responderPublic)
        implements
            AutoCloseable {
    /// Derives everything from g^xy, which it closes.
    public static KeyMaterial derive(Negotiated negotiated, Secret shared, PeerShare initiator, PeerShare responder) {
        var prf = negotiated.prf();
        var proposal = negotiated.proposal();
        try (shared) {
            Secret skeyid = switch (negotiated.connection().authentication()) {
                case Authentication.PreShared(var key) ->
                    PhaseOneKeys.preSharedSkeyid(prf, key, initiator.nonce(), responder.nonce());
                case Authentication.Signatures _ ->
                    PhaseOneKeys.signatureSkeyid(prf, initiator.nonce(), responder.nonce(), shared);
            };
            PhaseOneKeys keys = PhaseOneKeys.derive(prf, skeyid, shared, negotiated.initiator(), negotiated.responder(),
                    proposal.cipher(), proposal.keyBits());
            var cipher = new ExchangeCipher(new MessageCipher(proposal.cipher(), keys.cipherKey()), MessageCipher
                    .phaseOneIv(prf, proposal.cipher(), initiator.publicValue(), responder.publicValue()));
            return new KeyMaterial(keys, cipher, initiator.publicValue(), responder.publicValue());
        }
    }

    /// The same keys with the cipher for the next message.
    public KeyMaterial with(ExchangeCipher next) {
        return new KeyMaterial(keys, next, initiatorPublic, responderPublic);
    }

    /// HASH_I over the initiator's identity.
    public Bytes hashI(Negotiated negotiated, Bytes idBody) {
        return Authenticator.hashI(prf(negotiated), keys, initiatorPublic, responderPublic, negotiated.initiator(),
                negotiated.responder(), negotiated.saBody(), idBody);
    }

    /// HASH_R over the responder's identity.
    public Bytes hashR(Negotiated negotiated, Bytes idBody) {
        return Authenticator.hashR(prf(negotiated), keys, initiatorPublic, responderPublic, negotiated.initiator(),
                negotiated.responder(), negotiated.saBody(), idBody);
    }

    /// With ECDSA, the hash that is signed is made with the method's own hash algorithm, whatever was negotiated for the
    /// keys (RFC 4754 section 3).
    private static Prf prf(Negotiated negotiated) {
        AuthenticationMethod method = negotiated.method();
        return switch (method) {
            case PRE_SHARED_KEY, RSA_SIGNATURE -> negotiated.prf();
            case ECDSA_256 -> new Prf(HashAlgorithm.SHA256);
            case ECDSA_384 -> new Prf(HashAlgorithm.SHA384);
            case ECDSA_521 -> new Prf(HashAlgorithm.SHA512);
        };
    }

    @Override
    public void close() {
        keys.close();
    }
}
