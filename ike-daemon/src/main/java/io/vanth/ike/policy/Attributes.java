package io.vanth.ike.policy;

import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What lists of data attributes mean (RFC 2409 appendix A, RFC 2407 section 4.5).
final class Attributes {
    private static final int MAX_BASIC = 0xffff;
    private static final long UNLIMITED = 0xffff_ffffL;
    /// What a peer can make us show of one transform.
    private static final int MOST_TEXTS = 12;
    private static final int LONGEST_TEXT = 80;
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

    /// The shortest duration behind the life type `seconds`; each life duration belongs to the life type before it. Zero
    /// and the largest 32-bit value or more mean no limit.
    static Optional<Duration> lifetime(List<Attribute> attributes, int lifeType, int lifeDuration, int seconds) {
        long unit = 0;
        long shortest = UNLIMITED;
        for (Attribute attribute : attributes) {
            if (attribute.type() == lifeType) {
                unit = attribute.number();
            } else if (attribute.type() == lifeDuration && unit == seconds && attribute.number() > 0) {
                shortest = Math.min(shortest, attribute.number());
            }
        }
        return shortest == UNLIMITED ? Optional.empty() : Optional.of(Duration.ofSeconds(shortest));
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

    /// Its value as a number, or how long it is where that is none.
    static String numberText(Attribute attribute) {
        return attribute.number() < 0
                ? "a value of %d bytes".formatted(attribute.value().length())
                : Long.toString(attribute.number());
    }

    /// Adds the text of an attribute, and keeps that of a second one beside it.
    static void add(Map<String, String> texts, String name, String text) {
        texts.merge(name, text, (one, other) -> one.length() > LONGEST_TEXT ? one : one + ", " + other);
    }

    /// The first few texts, each cut to a length that fits a line.
    static Map<String, String> bounded(Map<String, String> texts) {
        var bounded = new LinkedHashMap<String, String>();
        texts.forEach((name, text) -> {
            if (bounded.size() < MOST_TEXTS) {
                bounded.put(name, text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "..." : text);
            }
        });
        return bounded;
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
                lifetimes.putIfAbsent(unit, numberText(attribute));
            }
        }
        return lifetimes.isEmpty()
                ? "none"
                : String.join(" and ",
                        bounded(lifetimes).entrySet().stream().map(each -> each.getValue() + " " + each.getKey())
                                .toList());
    }
}
