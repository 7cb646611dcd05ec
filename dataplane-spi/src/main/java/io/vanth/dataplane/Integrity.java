package io.vanth.dataplane;

/// Integrity algorithms of ESP and AH.
public enum Integrity {
    /// RFC 2403.
    HMAC_MD5_96(16, 12),
    /// RFC 2404.
    HMAC_SHA1_96(20, 12),
    /// RFC 4868.
    HMAC_SHA2_256_128(32, 16),
    /// RFC 4868 as the draft before it was truncated, which Linux did before 2.6.33 and some peers still do.
    HMAC_SHA2_256_96(32, 12),
    /// RFC 4868.
    HMAC_SHA2_384_192(48, 24),
    /// RFC 4868.
    HMAC_SHA2_512_256(64, 32),
    /// RFC 3566.
    AES_XCBC_96(16, 12);

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
