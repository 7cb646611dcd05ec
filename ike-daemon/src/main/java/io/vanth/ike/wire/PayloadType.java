package io.vanth.ike.wire;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The payload numbers of RFC 2408 section 3.1, RFC 3947 section 3, and what peers sent before RFC 3947.
public enum PayloadType {
    SA(1),
    PROPOSAL(2),
    TRANSFORM(3),
    KEY_EXCHANGE(4),
    IDENTIFICATION(5),
    CERTIFICATE(6),
    CERTIFICATE_REQUEST(7),
    HASH(
            8),
    SIGNATURE(9),
    NONCE(10),
    NOTIFICATION(11),
    DELETE(12),
    VENDOR_ID(13),
    ATTRIBUTES(14),
    NAT_D(20),
    NAT_OA(
            21),
    NAT_D_DRAFT(130),
    NAT_OA_DRAFT(131),
    FRAGMENT(132);

    /// The number that ends a chain.
    public static final int NONE = 0;

    private static final Map<Integer, PayloadType> BY_CODE = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(PayloadType::code, Function.identity()));

    private final int code;

    PayloadType(int code) {
        this.code = code;
    }

    /// The number in the chain.
    public int code() {
        return code;
    }

    /// The type with this number, if it is one of ours.
    public static Optional<PayloadType> of(int code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /// A name for people, of any code.
    public static String nameOf(int code) {
        return of(code).map(Enum::name).orElse("payload type " + code);
    }
}
