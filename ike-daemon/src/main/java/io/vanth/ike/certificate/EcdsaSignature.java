package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Bytes;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;

/// ECDSA signatures over the bare hash, r and s in a row and each as wide as the group's order (RFC 4754 section 7).
///
/// The hash is HASH_I or HASH_R made with HMAC of the method's own SHA-2, 256, 384 or 512 bits, whatever hash was
/// negotiated, keyed with the SKEYID that the negotiated one gave. It is not hashed again.
final class EcdsaSignature {
    private static final String BARE = "NONEwithECDSAinP1363Format";

    private EcdsaSignature() {}

    static Bytes sign(PrivateKey key, Bytes hash, SecureRandom random) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(BARE);
        signature.initSign(key, random);
        signature.update(hash.toArray());
        return Bytes.owning(signature.sign());
    }

    static boolean verify(PublicKey key, AuthenticationMethod method, Bytes hash, Bytes signature)
            throws GeneralSecurityException {
        if (signature.length() != size(method)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(BARE);
            verifier.initVerify(key);
            verifier.update(hash.toArray());
            return verifier.verify(signature.toArray());
        } catch (InvalidKeyException | SignatureException notOfThisKey) {
            return false;
        }
    }

    private static int size(AuthenticationMethod method) {
        return switch (method) {
            case ECDSA_256 -> 64;
            case ECDSA_384 -> 96;
            case ECDSA_521 -> 132;
            case PRE_SHARED_KEY, RSA_SIGNATURE -> throw new IllegalArgumentException(method + " is not ECDSA");
        };
    }
}
