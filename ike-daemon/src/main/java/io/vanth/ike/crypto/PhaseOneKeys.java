package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;

/// The key schedule of RFC 2409 section 5: SKEYID and what is derived from it. Owns its secrets.
///
/// @param cipherKey the key of the message cipher, expanded as appendix B says
public record PhaseOneKeys(Prf prf, Secret skeyid, Secret skeyidD, Secret skeyidA, Secret skeyidE, Secret cipherKey)
        implements
            AutoCloseable {

    private static final byte[] NOTHING = {};
    private static final byte[] ZERO = {0};
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2};

    /// SKEYID = prf(pre-shared key, Ni_b | Nr_b), RFC 2409 section 5.
    public static Secret preSharedSkeyid(Prf prf, Secret preSharedKey, Bytes initiatorNonce, Bytes responderNonce) {
        return prf.derive(preSharedKey, initiatorNonce.toArray(), responderNonce.toArray());
    }

    /// SKEYID = prf(Ni_b | Nr_b, g^xy), for authentication by signatures, RFC 2409 section 5.
    public static Secret signatureSkeyid(Prf prf, Bytes initiatorNonce, Bytes responderNonce, Secret shared) {
        try (Secret nonces = Secret.owning(Bytes.concat(initiatorNonce, responderNonce).toArray())) {
            return shared.expose(xy -> prf.derive(nonces, xy));
        }
    }

    /// Everything that follows from SKEYID, g^xy and the cookies. Takes `skeyid` over; `shared` stays the caller's.
    public static PhaseOneKeys derive(Prf prf, Secret skeyid, Secret shared, Cookie initiator, Cookie responder,
            PhaseOneCipher cipher, int keyBits) {
        if (!cipher.keyBits().contains(keyBits)) {
            throw new IllegalArgumentException(
                    "%s has keys of %s bits, not %d".formatted(cipher, cipher.keyBits(), keyBits));
        }
        byte[] cookies = Bytes.concat(initiator.bytes(), responder.bytes()).toArray();
        return shared.expose(xy -> {
            Secret skeyidD = prf.derive(skeyid, xy, cookies, ZERO);
            Secret skeyidA = skeyidD.expose(d -> prf.derive(skeyid, d, xy, cookies, ONE));
            Secret skeyidE = skeyidA.expose(a -> prf.derive(skeyid, a, xy, cookies, TWO));
            return new PhaseOneKeys(prf, skeyid, skeyidD, skeyidA, skeyidE,
                    cipherKey(prf, skeyidE, cipher, keyBits / 8));
        });
    }

    /// The most significant bits of SKEYID_e, or where they are too few, of K1 | K2 | ... with K1 = prf(SKEYID_e, 0)
    /// and Kn = prf(SKEYID_e, Kn-1), RFC 2409 appendix B.
    private static Secret cipherKey(Prf prf, Secret skeyidE, PhaseOneCipher cipher, int length) {
        if (cipher == PhaseOneCipher.DES_CBC) {
            return DesKeys.firstStrong(skeyidE);
        }
        if (length <= skeyidE.length()) {
            return skeyidE.slice(0, length);
        }
        return KeyExpansion.expand(prf, skeyidE, ZERO, NOTHING, length);
    }

    @Override
    public void close() {
        skeyid.close();
        skeyidD.close();
        skeyidA.close();
        skeyidE.close();
        cipherKey.close();
    }
}
