package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.EspTransform;
import java.util.Arrays;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The key and the nonce of AES-GCM in ESP, RFC 4106 section 4.
///
///     +----------------+--------------------------------+
///     | salt, 4 bytes  |          IV, 8 bytes           |
///     +----------------+--------------------------------+
final class GcmNonce {
    static final int SALT_LENGTH = 4;
    static final int IV_LENGTH = 8;
    static final int FULL_TAG_LENGTH = 16;

    private final byte[] nonce = new byte[SALT_LENGTH + IV_LENGTH];

    /// `keyAndSalt` has the salt behind the key (RFC 4106 section 8.1).
    GcmNonce(byte[] keyAndSalt) {
        System.arraycopy(keyAndSalt, keyAndSalt.length - SALT_LENGTH, nonce, 0, SALT_LENGTH);
    }

    /// The AES key in front of the salt.
    static SecretKeySpec key(EspTransform transform, byte[] keyAndSalt) {
        return new SecretKeySpec(keyAndSalt, 0, transform.keyBits() / Byte.SIZE, "AES");
    }

    /// The parameters for the IV at `bytes[at]`; the provider allows tags of 12 to 16 bytes.
    GCMParameterSpec parameters(byte[] bytes, int at, int tagLength) {
        System.arraycopy(bytes, at, nonce, SALT_LENGTH, IV_LENGTH);
        return new GCMParameterSpec(tagLength * Byte.SIZE, nonce);
    }

    /// The bytes that [#parameters] used last.
    byte[] current() {
        return Arrays.copyOf(nonce, nonce.length);
    }
}
