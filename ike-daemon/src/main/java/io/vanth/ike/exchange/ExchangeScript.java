package io.vanth.ike.exchange;

import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What each message of an exchange must and may hold (RFC 2409 section 5), as data. A required payload stands exactly
/// once; an optional one any number of times; vendor ids and unknown numbers may always be there.
public enum ExchangeScript {
    MAIN_MODE_1(List.of(PayloadType.SA), Set.of(PayloadType.CERTIFICATE_REQUEST)),
    MAIN_MODE_2(List.of(PayloadType.SA), Set.of(PayloadType.NOTIFICATION, PayloadType.CERTIFICATE_REQUEST)),
    MAIN_MODE_3(List.of(PayloadType.KEY_EXCHANGE, PayloadType.NONCE),
            Set.of(PayloadType.NAT_D, PayloadType.NAT_D_DRAFT, PayloadType.CERTIFICATE_REQUEST)),
    MAIN_MODE_4(List.of(PayloadType.KEY_EXCHANGE, PayloadType.NONCE),
            Set.of(PayloadType.NAT_D, PayloadType.NAT_D_DRAFT, PayloadType.CERTIFICATE_REQUEST)),
    MAIN_MODE_5(List.of(PayloadType.IDENTIFICATION, PayloadType.HASH),
            Set.of(PayloadType.NOTIFICATION, PayloadType.CERTIFICATE_REQUEST)),
    MAIN_MODE_5_SIGNED(List.of(PayloadType.IDENTIFICATION, PayloadType.SIGNATURE),
            Set.of(PayloadType.NOTIFICATION, PayloadType.CERTIFICATE_REQUEST, PayloadType.CERTIFICATE)),
    MAIN_MODE_6(List.of(PayloadType.IDENTIFICATION, PayloadType.HASH), Set.of(PayloadType.NOTIFICATION)),
    MAIN_MODE_6_SIGNED(List.of(PayloadType.IDENTIFICATION, PayloadType.SIGNATURE),
            Set.of(PayloadType.NOTIFICATION, PayloadType.CERTIFICATE_REQUEST, PayloadType.CERTIFICATE)),
    AGGRESSIVE_1(
            List.of(PayloadType.SA, PayloadType.KEY_EXCHANGE, PayloadType.NONCE, PayloadType.IDENTIFICATION),
            Set.of(PayloadType.CERTIFICATE_REQUEST, PayloadType.NOTIFICATION)),
    AGGRESSIVE_2(
            List.of(PayloadType.SA, PayloadType.KEY_EXCHANGE, PayloadType.NONCE, PayloadType.IDENTIFICATION,
                    PayloadType.HASH),
            Set.of(PayloadType.NAT_D, PayloadType.NAT_D_DRAFT, PayloadType.NOTIFICATION,
                    PayloadType.CERTIFICATE_REQUEST)),
    AGGRESSIVE_2_SIGNED(
            List.of(PayloadType.SA, PayloadType.KEY_EXCHANGE, PayloadType.NONCE, PayloadType.IDENTIFICATION,
                    PayloadType.SIGNATURE),
            Set.of(PayloadType.NAT_D, PayloadType.NAT_D_DRAFT, PayloadType.NOTIFICATION,
                    PayloadType.CERTIFICATE_REQUEST, PayloadType.CERTIFICATE)),
    AGGRESSIVE_3(List.of(PayloadType.HASH),
            Set.of(PayloadType.NAT_D, PayloadType.NAT_D_DRAFT, PayloadType.NOTIFICATION)),
    AGGRESSIVE_3_SIGNED(List.of(PayloadType.SIGNATURE),
            Set.of(PayloadType.NAT_D, PayloadType.NAT_D_DRAFT, PayloadType.NOTIFICATION,
                    PayloadType.CERTIFICATE_REQUEST, PayloadType.CERTIFICATE)),
    QUICK_MODE_1(List.of(PayloadType.HASH, PayloadType.SA, PayloadType.NONCE),
            Set.of(PayloadType.KEY_EXCHANGE, PayloadType.IDENTIFICATION, PayloadType.NOTIFICATION, PayloadType.NAT_OA,
                    PayloadType.NAT_OA_DRAFT)),
    QUICK_MODE_2(List.of(PayloadType.HASH, PayloadType.SA, PayloadType.NONCE),
            Set.of(PayloadType.KEY_EXCHANGE, PayloadType.IDENTIFICATION, PayloadType.NOTIFICATION, PayloadType.NAT_OA,
                    PayloadType.NAT_OA_DRAFT)),
    QUICK_MODE_3(List.of(PayloadType.HASH), Set.of(PayloadType.NOTIFICATION)),
    INFORMATIONAL(List.of(PayloadType.HASH), Set.of(PayloadType.NOTIFICATION, PayloadType.DELETE));

    private static final Set<PayloadType> ALWAYS = EnumSet.of(PayloadType.VENDOR_ID);

    @SuppressWarnings("ImmutableEnumChecker") // always List.of(...)
    private final List<PayloadType> required;
    @SuppressWarnings("ImmutableEnumChecker") // always Set.of(...)
    private final Set<PayloadType> optional;

    ExchangeScript(List<PayloadType> required, Set<PayloadType> optional) {
        this.required = required;
        this.optional = optional;
    }

    /// Why `payloads` are not this message; empty when they are.
    public Optional<String> violation(List<Payload> payloads) {
        Map<PayloadType, Integer> counts = new EnumMap<>(PayloadType.class);
        for (Payload payload : payloads) {
            Arrays.stream(PayloadType.values()).filter(type -> type.code() == payload.type()).findFirst()
                    .ifPresent(type -> counts.merge(type, 1, Integer::sum));
        }
        for (PayloadType type : required) {
            int count = counts.getOrDefault(type, 0);
            if (count != 1) {
                return Optional.of("it has %s %s payload%s".formatted(count == 0 ? "no" : Integer.toString(count), type,
                        count > 1 ? "s instead of one" : ""));
            }
        }
        return counts.keySet().stream()
                .filter(type -> !required.contains(type) && !optional.contains(type) && !ALWAYS.contains(type))
                .findFirst().map(type -> "it has a payload that does not belong there: " + type);
    }

    /// The first payload of a kind; its presence was checked by [#violation(List)].
    public static <P extends Payload> P only(List<Payload> payloads, Class<P> kind) {
        return first(payloads, kind).orElseThrow(
                () -> new IllegalStateException("the script did not require " + kind.getSimpleName()));
    }

    /// All payloads of a kind, in their order.
    public static <P extends Payload> List<P> all(List<Payload> payloads, Class<P> kind) {
        return payloads.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// The first payload of a kind, if there is one.
    public static <P extends Payload> Optional<P> first(List<Payload> payloads, Class<P> kind) {
        return payloads.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }
}
