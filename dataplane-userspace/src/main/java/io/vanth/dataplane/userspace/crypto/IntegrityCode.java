package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A truncated HMAC (RFC 2404, RFC 4868). For one thread.
final class IntegrityCode {
    private final Mac mac;
    private final byte[] full;
    private final int icvBytes;
    private final boolean extended;
    private final byte[] high = new byte[Integer.BYTES];

    IntegrityCode(Integrity integrity, boolean extended, byte[] key) throws GeneralSecurityException {
        String name = algorithm(integrity);
        mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key, name));
        full = new byte[mac.getMacLength()];
        icvBytes = integrity.icvBytes();
        this.extended = extended;
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
    void append(byte[] bytes, int offset, int length, long sequence) throws GeneralSecurityException {
        compute(bytes, offset, length, sequence);
        System.arraycopy(full, 0, bytes, offset + length, icvBytes);
    }

    /// Whether the ICV behind `length` bytes is theirs; takes the same time wherever it differs.
    boolean verify(byte[] bytes, int offset, int length, long sequence) throws GeneralSecurityException {
        compute(bytes, offset, length, sequence);
        int difference = 0;
        for (int index = 0; index < icvBytes; index++) {
            difference |= full[index] ^ bytes[offset + length + index];
        }
        return difference == 0;
    }

    /// An extended sequence number's high half counts behind the packet, without being sent (RFC 4303 section 2.2.1).
    private void compute(byte[] bytes, int offset, int length, long sequence) throws GeneralSecurityException {
        mac.update(bytes, offset, length);
        if (extended) {
            NetworkOrder.put32(high, 0, (int) (sequence >>> Integer.SIZE));
            mac.update(high, 0, high.length);
        }
        mac.doFinal(full, 0);
    }
}
