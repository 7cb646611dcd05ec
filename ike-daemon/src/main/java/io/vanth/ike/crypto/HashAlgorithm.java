package io.vanth.ike.crypto;

import java.util.Arrays;
import java.util.Optional;

/// The hash algorithms of phase 1 (RFC 2409 appendix A and IANA's registry); each is also the PRF, as HMAC.
public enum HashAlgorithm {
    MD5(1, "MD5", "HmacMD5", 16),
    SHA1(2, "SHA-1", "HmacSHA1", 20),
    SHA256(4, "SHA-256", "HmacSHA256",
            32),
    SHA384(5, "SHA-384", "HmacSHA384", 48),
    SHA512(6, "SHA-512", "HmacSHA512", 64);

    private final int code;
    private final String digestName;
    private final String macName;
    private final int length;

    HashAlgorithm(int code, String digestName, String macName, int length) {
        this.code = code;
        this.digestName = digestName;
        this.macName = macName;
        this.length = length;
    }

    /// The value of attribute 2.
    public int code() {
        return code;
    }

    /// The size of a digest in bytes.
    public int length() {
        return length;
    }

    String digestName() {
        return digestName;
    }

    String macName() {
        return macName;
    }

    /// The algorithm of an attribute's value.
    public static Optional<HashAlgorithm> of(long code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
