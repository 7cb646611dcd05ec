package io.vanth.ike.crypto;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import java.security.MessageDigest;

/// The hashes that authenticate an exchange. All take payload bodies as sent or received.
public final class Authenticator {
    private static final Bytes ZERO = Bytes.of((byte) 0);

    private Authenticator() {}

    /// HASH_I = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b), RFC 2409 section 5. The PRF is the one
    /// of the keys, except with ECDSA (RFC 4754 section 3).
    public static Bytes hashI(Prf prf, PhaseOneKeys keys, Bytes initiatorPublic, Bytes responderPublic,
            Cookie initiator,
            Cookie responder, Bytes saBody, Bytes idBody) {
        return prf.of(keys.skeyid(), initiatorPublic, responderPublic, initiator.bytes(), responder.bytes(),
                saBody,
                idBody);
    }

    /// HASH_R = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b), RFC 2409 section 5, with the PRF of
    /// [#hashI].
    public static Bytes hashR(Prf prf, PhaseOneKeys keys, Bytes initiatorPublic, Bytes responderPublic,
            Cookie initiator,
            Cookie responder, Bytes saBody, Bytes idBody) {
        return prf.of(keys.skeyid(), responderPublic, initiatorPublic, responder.bytes(), initiator.bytes(),
                saBody,
                idBody);
    }

    /// HASH(1) of quick mode and of informational exchanges: prf(SKEYID_a, M-ID | rest), RFC 2409 sections 5.5, 5.7.
    public static Bytes hash1(PhaseOneKeys keys, int messageId, Bytes rest) {
        return keys.prf().of(keys.skeyidA(), Bytes.ofInt(messageId), rest);
    }

    /// HASH(2) of quick mode: prf(SKEYID_a, M-ID | Ni_b | rest).
    public static Bytes hash2(PhaseOneKeys keys, int messageId, Bytes initiatorNonce, Bytes rest) {
        return keys.prf().of(keys.skeyidA(), Bytes.ofInt(messageId), initiatorNonce, rest);
    }

    /// HASH(3) of quick mode: prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b).
    public static Bytes hash3(PhaseOneKeys keys, int messageId, Bytes initiatorNonce, Bytes responderNonce) {
        return keys.prf().of(keys.skeyidA(), ZERO, Bytes.ofInt(messageId), initiatorNonce, responderNonce);
    }

    /// Compares in constant time; hashes of different lengths never match.
    public static boolean matches(Bytes expected, Bytes received) {
        return MessageDigest.isEqual(expected.toArray(), received.toArray());
    }
}
