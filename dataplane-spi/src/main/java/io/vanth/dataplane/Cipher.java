package io.vanth.dataplane;

import java.util.List;

/// ESP encryption algorithms with the sizes that the packet format and the key derivation need. Sizes are bytes, key
/// sizes bits.
public enum Cipher {
    /// RFC 2410.
    NULL(List.of(0), 0, 0, 1, 0),
    /// RFC 2405.
    DES_CBC(List.of(64), 0, 8, 8, 0),
    /// RFC 2451; the key has its parity bits.
    TRIPLE_DES_CBC(List.of(192), 0, 8, 8, 0),
    /// RFC 2451.
    BLOWFISH_CBC(List.of(128, 192, 256, 448), 0, 8, 8, 0),
    /// RFC 2451.
    CAST_CBC(List.of(128), 0, 8, 8, 0),
    /// RFC 4312.
    CAMELLIA_CBC(List.of(128, 192, 256), 0, 16, 16, 0),
    /// RFC 3602.
    AES_CBC(List.of(128, 192, 256), 0, 16, 16, 0),
    /// RFC 3686.
    AES_CTR(List.of(128, 192, 256), 4, 8, 1, 0),
    /// RFC 4309 with an ICV of 8 bytes.
    AES_CCM_8(List.of(128, 192, 256), 3, 8, 1, 8),
    /// RFC 4309 with an ICV of 12 bytes.
    AES_CCM_12(List.of(128, 192, 256), 3, 8, 1, 12),
    /// RFC 4309 with an ICV of 16 bytes.
    AES_CCM_16(List.of(128, 192, 256), 3, 8, 1, 16),
    /// RFC 4106 with an ICV of 8 bytes.
    AES_GCM_8(List.of(128, 192, 256), 4, 8, 1, 8),
    /// RFC 4106 with an ICV of 12 bytes.
    AES_GCM_12(List.of(128, 192, 256), 4, 8, 1, 12),
    /// RFC 4106 with an ICV of 16 bytes.
    AES_GCM_16(List.of(128, 192, 256), 4, 8, 1, 16),
    /// ENCR_NULL_AUTH_AES_GMAC, RFC 4543: integrity alone.
    AES_GMAC(List.of(128, 192, 256), 4, 8, 1, 16);

    @SuppressWarnings("ImmutableEnumChecker") // always List.of(...)
    private final List<Integer> keyBits;
    private final int saltBytes;
    private final int ivBytes;
    private final int blockBytes;
    private final int icvBytes;

    Cipher(List<Integer> keyBits, int saltBytes, int ivBytes, int blockBytes, int icvBytes) {
        this.keyBits = keyBits;
        this.saltBytes = saltBytes;
        this.ivBytes = ivBytes;
        this.blockBytes = blockBytes;
        this.icvBytes = icvBytes;
    }

    /// The key sizes that exist, in bits and without the salt.
    public List<Integer> keyBits() {
        return keyBits;
    }

    /// The part of KEYMAT behind the key that is the nonce's salt.
    public int saltBytes() {
        return saltBytes;
    }

    /// The IV in each packet.
    public int ivBytes() {
        return ivBytes;
    }

    /// What the payload is padded to, besides the four bytes of ESP itself.
    public int blockBytes() {
        return blockBytes;
    }

    /// The ICV that a combined mode brings; 0 where an [Integrity] algorithm is needed.
    public int icvBytes() {
        return icvBytes;
    }

    /// Whether the cipher authenticates by itself.
    public boolean isAead() {
        return icvBytes > 0;
    }
}
