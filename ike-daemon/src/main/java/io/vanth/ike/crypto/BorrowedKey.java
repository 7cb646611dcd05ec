package io.vanth.ike.crypto;

import javax.crypto.SecretKey;

/// A key for one JCA call. Unlike `SecretKeySpec` it keeps no copy of its own, so wiping the owner's array suffices,
/// and it may be empty, as an HMAC key may be (RFC 2104 section 2).
record BorrowedKey(String algorithm, byte[] bytes) implements SecretKey {
    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /// A copy, which the JDK's providers wipe after use.
    @Override
    public byte[] getEncoded() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "BorrowedKey[redacted]";
    }
}
