package io.vanth.ike.policy;

import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What lists of data attributes mean (RFC 2409 appendix A, RFC 2407 section 4.5).
final class Attributes {
    private static final int MAX_BASIC = 0xffff;
    /// The life types, the same in both phases.
    private static final int SECONDS = 1;
    private static final int KILOBYTES = 2;

    private Attributes() {}

    static Attribute duration(int type, Duration duration) {
        long seconds = duration.toSeconds();
        return seconds <= MAX_BASIC
                ? Attribute.basic(type, (int) seconds)
                : Attribute.variable(type, Bytes.ofInt((int) Math.min(seconds, Integer.MAX_VALUE)));
    }

    static Optional<Long> value(List<Attribute> attributes, int type) {
        return attributes.stream().filter(each -> each.type() == type).map(Attribute::number).findFirst();
    }

    /// Whether the same type stands more than once. Life type and duration come in pairs, one a unit, so they are the
    /// caller's to exclude.
    static boolean hasDoubles(List<Attribute> attributes, int... repeatable) {
        var seen = new HashMap<Integer, Attribute>();
        for (Attribute attribute : attributes) {
            if (Arrays.stream(repeatable).noneMatch(type -> type == attribute.type())
                    && seen.put(attribute.type(), attribute) != null) {
                return true;
            }
        }
        return false;
    }

    /// Whether two lists say the same, in any order and either encoding, apart from the `ignored` types.
    static boolean same(List<Attribute> one, List<Attribute> other, int... ignored) {
        return !hasDoubles(one, ignored) && !hasDoubles(other, ignored)
                && values(one, ignored).equals(values(other, ignored));
    }

    private static Map<Integer, Long> values(List<Attribute> attributes, int... ignored) {
        var values = new HashMap<Integer, Long>();
        for (Attribute attribute : attributes) {
            if (Arrays.stream(ignored).noneMatch(type -> type == attribute.type())) {
                values.put(attribute.type(), attribute.number());
            }
        }
        return values;
    }

    /// The duration behind the life type `seconds`; each life duration belongs to the life type before it. Zero and the
    /// largest 32-bit value mean no limit.
    static Optional<Duration> lifetime(List<Attribute> attributes, int lifeType, int lifeDuration, int seconds) {
        long unit = 0;
        for (Attribute attribute : attributes) {
            if (attribute.type() == lifeType) {
                unit = attribute.number();
            } else if (attribute.type() == lifeDuration && unit == seconds) {
                long value = attribute.number();
                return value <= 0 || value >= 0xffff_ffffL ? Optional.empty() : Optional.of(Duration.ofSeconds(value));
            }
        }
        return Optional.empty();
    }

    /// How the lifetimes that came back differ from the offered ones: those are tolerated (old peers change them), but
    /// worth a line. Empty where they say the same.
    static Optional<String> lifetimeChange(List<Attribute> offered, List<Attribute> received, int lifeType,
            int lifeDuration) {
        String ours = lifetimes(offered, lifeType, lifeDuration);
        String theirs = lifetimes(received, lifeType, lifeDuration);
        return ours.equals(theirs)
                ? Optional.empty()
                : Optional.of("the peer changed the lifetime from %s to %s".formatted(ours, theirs));
    }

    private static String lifetimes(List<Attribute> attributes, int lifeType, int lifeDuration) {
        var lifetimes = new TreeMap<String, String>();
        String unit = "of no unit";
        for (Attribute attribute : attributes) {
            if (attribute.type() == lifeType) {
                unit = switch ((int) attribute.number()) {
                    case SECONDS -> "seconds";
                    case KILOBYTES -> "kilobytes";
                    default -> "of unit " + attribute.number();
                };
            } else if (attribute.type() == lifeDuration) {
                lifetimes.putIfAbsent(unit, Long.toUnsignedString(attribute.number()));
            }
        }
        return lifetimes.isEmpty()
                ? "none"
                : String.join(" and ",
                        lifetimes.entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).toList());
    }
}
