package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The block that AES-GCM (RFC 4106 section 4) and AES-CTR (RFC 3686 section 4) count with. For one thread.
///
///     +----------------+--------------------------------+----------------+
///     | salt, 4 bytes  |          IV, 8 bytes           |  counter, 4    |
///     +----------------+--------------------------------+----------------+
///     |<------------------- nonce --------------------->|
final class CounterBlock {
    static final int IV_LENGTH = 8;
    /// RFC 3686 section 4: "the block counter ... begins with the value of one".
    static final int FIRST_OF_CTR = 1;
    /// NIST SP 800-38D section 7.1: one block goes to the tag.
    static final int FIRST_OF_GCM = 2;
    private static final int SALT_LENGTH = 4;
    private static final int NONCE_LENGTH = SALT_LENGTH + IV_LENGTH;

    private final byte[] block = new byte[NONCE_LENGTH + Integer.BYTES];

    /// `keyAndSalt` has the salt behind the key (RFC 4106 section 8.1, RFC 3686 section 5.1).
    CounterBlock(byte[] keyAndSalt, int firstCounter) {
        System.arraycopy(keyAndSalt, keyAndSalt.length - SALT_LENGTH, block, 0, SALT_LENGTH);
        NetworkOrder.put32(block, NONCE_LENGTH, firstCounter);
    }

    /// The AES key in front of the salt.
    static SecretKeySpec key(EspTransform transform, byte[] keyAndSalt) {
        return new SecretKeySpec(keyAndSalt, 0, transform.keyBits() / Byte.SIZE, "AES");
    }

    /// Takes over the IV at `bytes[at]`.
    void load(byte[] bytes, int at) {
        System.arraycopy(bytes, at, block, SALT_LENGTH, IV_LENGTH);
    }

    /// The parameters of GCM for the IV; the provider allows tags of 12 to 16 bytes.
    GCMParameterSpec gcm(int tagLength) {
        return new GCMParameterSpec(tagLength * Byte.SIZE, block, 0, NONCE_LENGTH);
    }

    /// The parameters of counter mode for the IV.
    IvParameterSpec ctr() {
        return new IvParameterSpec(block);
    }
}
