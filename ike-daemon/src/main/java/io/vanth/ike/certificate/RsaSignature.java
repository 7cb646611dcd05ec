package io.vanth.ike.certificate;

import io.vanth.ike.wire.Bytes;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;

/// RSA signatures as IKEv1 makes them: over the bare hash, "as specified in PKCS #1 format (..) without an OID"
/// (RFC 2409 section 5.1).
///
/// The block of k bytes under the key, RFC 8017 section 9.2 but for the missing DigestInfo:
///
///     +----+----+----------------+----+--------+
///     | 00 | 01 | FF ... FF (>=8)| 00 |  hash  |
///     +----+----+----------------+----+--------+
final class RsaSignature {
    private static final int SMALLEST_PADDING = 11;

    private RsaSignature() {}

    static Bytes sign(PrivateKey key, Bytes hash, SecureRandom random) throws GeneralSecurityException {
        // With a private key the JDK pads with block type 1, blinds, and checks its result.
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key, random);
        return Bytes.owning(cipher.doFinal(hash.toArray()));
    }

    /// Rebuilds the whole block and compares it, so that there is no padding to parse (S-12).
    static boolean verify(RSAPublicKey key, Bytes hash, Bytes signature) throws GeneralSecurityException {
        int size = (key.getModulus().bitLength() + 7) / 8;
        if (signature.length() != size || size < hash.length() + SMALLEST_PADDING) {
            return false;
        }
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return MessageDigest.isEqual(cipher.doFinal(signature.toArray()), block(hash, size));
        } catch (InvalidKeyException | BadPaddingException | IllegalBlockSizeException notOfThisKey) {
            return false;
        }
    }

    private static byte[] block(Bytes hash, int size) {
        byte[] block = new byte[size];
        Arrays.fill(block, (byte) 0xff);
        block[0] = 0;
        block[1] = 1;
        int start = size - hash.length();
        block[start - 1] = 0;
        System.arraycopy(hash.toArray(), 0, block, start, hash.length());
        return block;
    }
}
