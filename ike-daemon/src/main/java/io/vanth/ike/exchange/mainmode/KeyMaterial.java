package io.vanth.ike.exchange.mainmode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.crypto.PhaseOneKeys;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.wire.Bytes;

/// The keys of phase 1 with the public values that the hashes cover.
record KeyMaterial(PhaseOneKeys keys, ExchangeCipher cipher, Bytes initiatorPublic, Bytes responderPublic) {
    /// Derives everything from g^xy, which it closes.
    static KeyMaterial derive(Negotiated negotiated, Secret shared, Bytes initiatorPublic, Bytes responderPublic,
            Bytes initiatorNonce, Bytes responderNonce) {
        var prf = negotiated.prf();
        var proposal = negotiated.proposal();
        try (shared) {
            Secret skeyid = switch (negotiated.connection().authentication()) {
                case Authentication.PreShared(var key) ->
                    PhaseOneKeys.preSharedSkeyid(prf, key, initiatorNonce, responderNonce);
                case Authentication.Signatures _ ->
                    PhaseOneKeys.signatureSkeyid(prf, initiatorNonce, responderNonce, shared);
            };
            PhaseOneKeys keys = PhaseOneKeys.derive(prf, skeyid, shared, negotiated.initiator(), negotiated.responder(),
                    proposal.cipher(), proposal.keyBits());
            var cipher = new ExchangeCipher(new MessageCipher(proposal.cipher(), keys.cipherKey()),
                    MessageCipher.phaseOneIv(prf, proposal.cipher(), initiatorPublic, responderPublic));
            return new KeyMaterial(keys, cipher, initiatorPublic, responderPublic);
        }
    }

    KeyMaterial with(ExchangeCipher next) {
        return new KeyMaterial(keys, next, initiatorPublic, responderPublic);
    }
}
