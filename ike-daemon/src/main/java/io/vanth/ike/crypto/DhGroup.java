package io.vanth.ike.crypto;

import java.util.Arrays;
import java.util.Optional;

/// The Diffie-Hellman groups that are spoken here, with their size on the wire (RFC 3526, RFC 5903).
public enum DhGroup {
    MODP2048(14, 256, 256), ECP256(19, 64, 32);

    private final int code;
    private final int publicLength;
    private final int sharedLength;

    DhGroup(int code, int publicLength, int sharedLength) {
        this.code = code;
        this.publicLength = publicLength;
        this.sharedLength = sharedLength;
    }

    /// The value of attribute 4 in phase 1 and 3 in phase 2.
    public int code() {
        return code;
    }

    /// The length of a key exchange payload's body in bytes.
    public int publicLength() {
        return publicLength;
    }

    /// The length of g^xy in bytes, leading zeros included.
    public int sharedLength() {
        return sharedLength;
    }

    /// The group of an attribute's value.
    public static Optional<DhGroup> of(long code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
