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

    /// SKEYID = prf(pre-shared key, Ni_b | Nr_b), RFC 2409 section 5.
    public static Secret preSharedSkeyid(Prf prf, Secret preSharedKey, Bytes initiatorNonce, Bytes responderNonce) {
        return null;
    }

    /// Everything that follows from SKEYID, g^xy and the cookies. Takes `skeyid` over.
    public static PhaseOneKeys derive(Prf prf, Secret skeyid, Secret shared, Cookie initiator, Cookie responder,
            PhaseOneCipher cipher, int keyBits) {
        return null;
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
