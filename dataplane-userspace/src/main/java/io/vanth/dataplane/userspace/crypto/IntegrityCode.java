package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Integrity;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A truncated HMAC (RFC 2404, RFC 4868). For one thread.
final class IntegrityCode {
    private final Mac mac;
    private final byte[] full;
    private final int icvBytes;

    IntegrityCode(Integrity integrity, byte[] key) throws GeneralSecurityException {
        String name = algorithm(integrity);
        mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key, name));
        full = new byte[mac.getMacLength()];
        icvBytes = integrity.icvBytes();
    }

    private static String algorithm(Integrity integrity) throws NoSuchAlgorithmException {
        return switch (integrity) {
            case HMAC_MD5_96 -> "HmacMD5";
            case HMAC_SHA1_96 -> "HmacSHA1";
            case HMAC_SHA2_256_128, HMAC_SHA2_256_96 -> "HmacSHA256";
            case HMAC_SHA2_384_192 -> "HmacSHA384";
            case HMAC_SHA2_512_256 -> "HmacSHA512";
            case AES_XCBC_96 -> throw new NoSuchAlgorithmException("AES-XCBC-96");
        };
    }

    /// Writes the ICV of `length` bytes behind them.
    void append(byte[] bytes, int offset, int length) throws GeneralSecurityException {
        mac.update(bytes, offset, length);
        mac.doFinal(full, 0);
        System.arraycopy(full, 0, bytes, offset + length, icvBytes);
    }

    /// Whether the ICV behind `length` bytes is theirs; takes the same time wherever it differs.
    boolean verify(byte[] bytes, int offset, int length) throws GeneralSecurityException {
        mac.update(bytes, offset, length);
        mac.doFinal(full, 0);
        int difference = 0;
        for (int index = 0; index < icvBytes; index++) {
            difference |= full[index] ^ bytes[offset + length + index];
        }
        return difference == 0;
    }
}
