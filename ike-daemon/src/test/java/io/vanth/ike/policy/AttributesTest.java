package io.vanth.ike.policy;

import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What must hold of any attributes (RFC 2408 section 3.3, RFC 2409 appendix A).
class AttributesTest {
    private static final int LIFE_TYPE = 11;
    private static final int LIFE_DURATION = 12;
    private static final int ROUNDS = 20_000;

    @Test
    void whatIsWrittenIsRead() {
        var random = new Random(1);
        for (int i = 0; i < ROUNDS; i++) {
            List<Attribute> attributes = arbitrary(random);
            assertEquals(Optional.of(attributes),
                    MessageReader.readAttributes(MessageWriter.writeAttributes(attributes)));
        }
    }

    /// "In any order and either encoding".
    @Test
    void orderAndEncodingDoNotMatter() {
        var random = new Random(2);
        for (int i = 0; i < ROUNDS; i++) {
            List<Attribute> attributes = distinct(random);
            List<Attribute> other = new ArrayList<>(attributes.stream().map(each -> reencoded(each, random)).toList());
            Collections.shuffle(other, random);
            assertTrue(Attributes.same(attributes, other), () -> attributes + " and " + other);
        }
    }

    @Test
    void oneChangeMatters() {
        var random = new Random(3);
        for (int i = 0; i < ROUNDS; i++) {
            List<Attribute> attributes = distinct(random);
            List<Attribute> other = new ArrayList<>(attributes);
            int at = random.nextInt(attributes.size());
            Attribute old = attributes.get(at);
            switch (random.nextInt(4)) {
                case 0 -> other.set(at, Attribute.basic(old.type(), (int) old.number() ^ 1 << random.nextInt(16)));
                case 1 -> other.remove(at);
                case 2 -> other.add(Attribute.basic(0x7fff, random.nextInt(0x10000)));
                default -> other.add(old);
            }
            assertFalse(Attributes.same(attributes, other), () -> attributes + " and " + other);
            assertFalse(Attributes.same(other, attributes), () -> other + " and " + attributes);
        }
    }

    /// Values that are too long to be numbers never equal one of ours.
    @Test
    void longValuesAreNoNumbers() {
        assertFalse(Attributes.same(List.of(Attribute.basic(1, 7)),
                List.of(Attribute.variable(1, Bytes.ofHex("010000000000000007")))));
        assertTrue(Attributes.same(List.of(Attribute.basic(1, 7)),
                List.of(Attribute.variable(1, Bytes.ofHex("000000000000000000000007")))));
    }

    @ParameterizedTest
    @CsvSource({"PT1S", "PT8H", "PT18H12M15S", "PT18H12M16S", "PT24H", "P3650D"})
    void ourLifetimesAreReadAsWritten(Duration lifetime) {
        var attributes = List.of(Attribute.basic(LIFE_TYPE, 1), Attributes.duration(LIFE_DURATION, lifetime));
        assertEquals(Optional.of(lifetime), Attributes.lifetime(attributes, LIFE_TYPE, LIFE_DURATION, 1));
        assertEquals(lifetime.toSeconds() > 0xffff, !attributes.getLast().basic());
    }

    /// S-6: what is said of lifetimes is small and printable, whatever the peer named.
    @Test
    void aLifetimeChangeIsSaidInALine() {
        var random = new Random(4);
        for (int i = 0; i < 200; i++) {
            List<Attribute> hostile = new ArrayList<>();
            for (int pair = 0; pair < 500; pair++) {
                hostile.add(Attribute.basic(LIFE_TYPE, random.nextInt(0x10000)));
                byte[] value = new byte[random.nextInt(12)];
                random.nextBytes(value);
                hostile.add(Attribute.variable(LIFE_DURATION, Bytes.of(value)));
            }
            String change = Attributes.lifetimeChange(List.of(), hostile, LIFE_TYPE, LIFE_DURATION).orElseThrow();
            assertTrue(change.length() < 1000 && change.chars().allMatch(each -> each >= ' ' && each < 127), change);
        }
    }

    private static List<Attribute> arbitrary(Random random) {
        return Stream.generate(() -> {
            int type = random.nextInt(0x8000);
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(value);
            return random.nextBoolean()
                    ? Attribute.basic(type, random.nextInt(0x10000))
                    : Attribute.variable(type, Bytes.of(value));
        }).limit(random.nextInt(12)).toList();
    }

    private static List<Attribute> distinct(Random random) {
        return random.ints(0, 0x7fff).distinct().limit(1 + random.nextInt(8))
                .mapToObj(type -> Attribute.basic(type, random.nextInt(0x10000))).toList();
    }

    private static Attribute reencoded(Attribute attribute, Random random) {
        return random.nextBoolean()
                ? attribute
                : Attribute.variable(attribute.type(),
                        Bytes.concat(Bytes.of(new byte[random.nextInt(10)]), attribute.value()));
    }
}
