package io.vanth.ike.crypto;

import java.util.Arrays;
import java.util.Optional;

/// How phase 1 authenticates the peers (RFC 2409 appendix A, RFC 4754 section 3). Encryption with RSA, methods 4 and 5, is
/// left out on purpose: whoever answers it can be made an oracle.
public enum AuthenticationMethod {
    PRE_SHARED_KEY(1),
    RSA_SIGNATURE(3),
    ECDSA_256(9),
    ECDSA_384(10),
    ECDSA_521(11);

    private final int code;

    AuthenticationMethod(int code) {
        this.code = code;
    }

    /// The value of attribute 3.
    public int code() {
        return code;
    }

    /// The method of an attribute's value.
    public static Optional<AuthenticationMethod> of(long code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
