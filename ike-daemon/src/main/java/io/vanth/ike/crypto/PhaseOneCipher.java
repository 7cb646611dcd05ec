package io.vanth.ike.crypto;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The ciphers of phase 1, all in CBC mode (RFC 2409 appendix A, RFC 2451, RFC 3602, RFC 4312).
public enum PhaseOneCipher {
    DES_CBC(1, 8, List.of(64), Optional.of(64)),
    /// RFC 2451 section 2: 40 to 448 bits, usually 128.
    BLOWFISH_CBC(3, 8, bytes(5, 56), Optional.of(128)),
    TRIPLE_DES_CBC(5, 8, List.of(192), Optional.of(192)),
    /// CAST-128, RFC 2144 and RFC 2451 section 2: 40 to 128 bits, usually 128.
    CAST_CBC(6, 8, bytes(5, 16), Optional.of(128)),
    /// RFC 3602 section 5: the key length "MUST be specified".
    AES_CBC(7, 16, List.of(128, 192, 256), Optional.empty()),
    /// RFC 4312 section 5.3: likewise.
    CAMELLIA_CBC(8, 16, List.of(128, 192, 256), Optional.empty());

    private final int code;
    private final int blockBytes;
    @SuppressWarnings("ImmutableEnumChecker") // always unmodifiable
    private final List<Integer> keyBits;
    @SuppressWarnings("ImmutableEnumChecker") // of an Integer
    private final Optional<Integer> standardKeyBits;

    PhaseOneCipher(int code, int blockBytes, List<Integer> keyBits, Optional<Integer> standardKeyBits) {
        this.code = code;
        this.blockBytes = blockBytes;
        this.keyBits = keyBits;
        this.standardKeyBits = standardKeyBits;
    }

    private static List<Integer> bytes(int least, int most) {
        return IntStream.rangeClosed(least, most).mapToObj(bytes -> bytes * 8).toList();
    }

    /// The value of attribute 1.
    public int code() {
        return code;
    }

    /// The block and IV size in bytes.
    public int blockBytes() {
        return blockBytes;
    }

    /// The key sizes that exist, parity bits included.
    public List<Integer> keyBits() {
        return keyBits;
    }

    /// Whether there are several, so that a proposal names one by the key length attribute (RFC 2409 appendix A).
    public boolean hasKeyLengths() {
        return keyBits.size() > 1;
    }

    /// The key size where the attribute is missing; empty where it must not be.
    public Optional<Integer> standardKeyBits() {
        return standardKeyBits;
    }

    /// The cipher of an attribute's value.
    public static Optional<PhaseOneCipher> of(long code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
