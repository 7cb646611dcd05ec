package io.vanth.ike.crypto;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The ciphers of phase 1, all in CBC mode (RFC 2409 appendix A, RFC 3602).
public enum PhaseOneCipher {
    TRIPLE_DES_CBC(5, "DESede", 8, List.of(192)),
    AES_CBC(7, "AES", 16, List.of(128, 192, 256));

    private final int code;
    private final String algorithm;
    private final int blockBytes;
    @SuppressWarnings("ImmutableEnumChecker") // always List.of(...)
    private final List<Integer> keyBits;

    PhaseOneCipher(int code, String algorithm, int blockBytes, List<Integer> keyBits) {
        this.code = code;
        this.algorithm = algorithm;
        this.blockBytes = blockBytes;
        this.keyBits = keyBits;
    }

    /// The value of attribute 1.
    public int code() {
        return code;
    }

    String algorithm() {
        return algorithm;
    }

    /// The block and IV size in bytes.
    public int blockBytes() {
        return blockBytes;
    }

    /// The key sizes that exist; more than one means that the key length attribute is needed.
    public List<Integer> keyBits() {
        return keyBits;
    }

    /// The cipher of an attribute's value.
    public static Optional<PhaseOneCipher> of(long code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
