package io.vanth.dataplane;

/// Integrity algorithms of ESP and AH.
public enum Integrity {
    /// RFC 2404.
    HMAC_SHA1_96(20, 12),
    /// RFC 4868.
    HMAC_SHA2_256_128(32, 16),
    /// RFC 4868.
    HMAC_SHA2_384_192(48, 24),
    /// RFC 4868.
    HMAC_SHA2_512_256(64, 32);

    private final int keyBytes;
    private final int icvBytes;

    Integrity(int keyBytes, int icvBytes) {
        this.keyBytes = keyBytes;
        this.icvBytes = icvBytes;
    }

    /// The size of the key.
    public int keyBytes() {
        return keyBytes;
    }

    /// The size of the truncated result in each packet.
    public int icvBytes() {
        return icvBytes;
    }
}
