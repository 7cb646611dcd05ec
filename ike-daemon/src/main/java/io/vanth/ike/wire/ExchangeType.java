package io.vanth.ike.wire;

import java.util.Arrays;

/// The exchange types of RFC 2408 section 3.1, RFC 2409 appendix A and the transaction exchange of mode config.
public enum ExchangeType {
    BASE(1),
    MAIN_MODE(2),
    AUTHENTICATION_ONLY(3),
    AGGRESSIVE(4),
    INFORMATIONAL(5),
    TRANSACTION(6),
    QUICK_MODE(
            32),
    NEW_GROUP_MODE(33);

    private final int code;

    ExchangeType(int code) {
        this.code = code;
    }

    /// The number in the header.
    public int code() {
        return code;
    }

    /// A name for people, of any code.
    public static String nameOf(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).map(Enum::name).findFirst()
                .orElse("exchange type " + code);
    }
}
