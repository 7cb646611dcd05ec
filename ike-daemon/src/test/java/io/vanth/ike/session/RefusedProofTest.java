package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A proof that is refused, and what the other side makes of it.
class RefusedProofTest {
    private static final int EXCHANGE = 18;
    private static final int FLAGS = 19;
    private static final InetAddress INSIDER = InetAddress.ofLiteral("192.0.2.9");
    /// Within the first bytes of the signature in an encrypted message, whether the identity stands before it or not: the
    /// block is garbled, and a bit of the next one flips.
    private static final int SIGNATURE = IsakmpHeader.BYTES + 20;
    private static final int SIGNATURE_PAYLOAD = 9;

    private static Pair pair(List<String> a, List<String> b) {
        return new Pair(ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), a),
                ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), b));
    }

    private static void start(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(2));
    }

    private static Stream<Bytes> informational(Pair pair) {
        return Stream.of(pair.a(), pair.b()).flatMap(each -> each.sent.stream())
                .filter(each -> each.at(EXCHANGE) == ExchangeType.INFORMATIONAL.code());
    }

    private static boolean encrypted(Bytes datagram) {
        return (datagram.at(FLAGS) & IsakmpHeader.FLAG_ENCRYPTED) != 0;
    }

    /// RFC 2408 section 4.8: once keying information has been exchanged, informational messages are protected by it.
    @ParameterizedTest
    @ValueSource(strings = {"mode main", "mode aggressive"})
    void a_refused_certificate_is_told_under_the_keys_alone(String mode) {
        for (boolean initiator : new boolean[]{true, false}) {
            var pair = pair(List.of(mode, "auth " + (initiator ? "certificateOfAnotherRoot" : "certificate")),
                    List.of(mode, "auth " + (initiator ? "certificate" : "certificateOfAnotherRoot")));
            start(pair);
            assertTrue(informational(pair).findAny().isPresent());
            assertTrue(informational(pair).allMatch(RefusedProofTest::encrypted));
            var refused = initiator ? pair.b() : pair.a();
            pair.advance(Duration.ofSeconds(3));
            assertTrue(refused.reports(Report.Notify.class).stream()
                    .anyMatch(each -> !each.sent() && each.authenticated()
                            && each.type().equals("INVALID-CERT-AUTHORITY"))
                    || refused.reports(Report.Failed.class).stream().anyMatch(
                            each -> each.failure().describe().contains("INVALID-CERT-AUTHORITY")));
        }
    }

    /// Whoever is on the way cannot make a message, but can change one: the copy comes first, and is refused under the keys.
    /// The genuine one behind it is taken all the same, and neither side lets go of anything.
    @ParameterizedTest
    @ValueSource(strings = {"mode main", "mode aggressive"})
    void what_was_refused_may_be_a_forgery(String mode) {
        int messages = mode.endsWith("main") ? 6 : 3;
        for (int victim = messages - 2; victim < messages; victim++) {
            var settings = List.of(mode, "auth ecdsa256", "unique never", "fragmentation no");
            var pair = pair(settings, settings);
            int[] count = {0};
            int chosen = victim;
            pair.tamper(bytes -> count[0]++ == chosen ? List.of(spoiled(bytes), bytes) : List.of(bytes));
            start(pair);
            assertEquals(1, Stream.of(pair.a(), pair.b()).flatMap(each -> each.reports(Report.Failed.class).stream())
                    .filter(each -> each.failure().label().equals("bad_signature")).count(), "message " + victim);
            pair.advance(Duration.ofSeconds(60));
            pair.assertConnected();
            assertEquals(1, pair.a().reports(Report.Started.class).stream()
                    .filter(each -> each.mode() != Report.Mode.QUICK_MODE).count());
            assertTrue(pair.a().reports(Report.SessionEnded.class).isEmpty());
            assertTrue(pair.b().reports(Report.SessionEnded.class).isEmpty());
        }
    }

    /// Whoever is on the way changes message 6 again and again; the responder is told of it three times.
    @Test
    void refusals_are_few_however_many_forgeries_come() {
        var settings = List.of("mode main", "auth ecdsa256", "fragmentation no");
        var pair = pair(settings, settings);
        int[] count = {0};
        pair.tamper(bytes -> ++count[0] < 6 ? List.of(bytes) : List.of());
        start(pair);
        Bytes message6 = pair.b().sent.getLast();
        var path = new Path(new InetSocketAddress(Pair.A, 500), new InetSocketAddress(Pair.B, 500), false);
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            byte[] changed = message6.toArray();
            changed[SIGNATURE] ^= (byte) (1 << bit);
            pair.a().event(new Event.Datagram(path, Bytes.owning(changed)));
            pair.advance(Duration.ZERO);
        }
        assertEquals(Byte.SIZE, pair.a().reports(Report.Failed.class).stream()
                .filter(each -> each.failure().label().equals("bad_signature")).count());
        assertEquals(3, pair.a().sent.stream().filter(each -> each.at(EXCHANGE) == ExchangeType.INFORMATIONAL.code())
                .count());
    }

    private static Bytes spoiled(Bytes message) {
        byte[] changed = message.toArray();
        changed[encrypted(message) ? SIGNATURE : lastOfSignature(message)] ^= 1;
        return Bytes.owning(changed);
    }

    private static int lastOfSignature(Bytes message) {
        int at = IsakmpHeader.BYTES;
        for (int type = message.at(2 * Long.BYTES); type != SIGNATURE_PAYLOAD;) {
            type = message.at(at);
            at += message.shortAt(at + 2);
        }
        return at + message.shortAt(at + 2) - 1;
    }

    /// Message 1 of aggressive mode may be answered by whoever has the key, and be it under another name.
    @Test
    void somebody_else_with_the_key_does_not_end_an_initiative() {
        var settings = List.of("mode aggressive", "allow aggressivePsk");
        var pair = pair(settings, settings);
        Pair.Host insider = pair.add(INSIDER,
                ConnectionWords.apply(Pair.connection(INSIDER, Pair.A, StartMode.PASSIVE), settings));
        insider.start();
        pair.a().start();
        insider.event(new Event.Datagram(
                new Path(new InetSocketAddress(INSIDER, 500), new InetSocketAddress(Pair.A, 500), false), first(pair)));
        pair.advance(Duration.ofMillis(50));
        assertEquals(List.of("identity_mismatch"),
                pair.a().reports(Report.Failed.class).stream().map(each -> each.failure().label()).toList());
        pair.b().start();
        pair.b().event(new Event.Datagram(
                new Path(new InetSocketAddress(Pair.B, 500), new InetSocketAddress(Pair.A, 500), false), first(pair)));
        pair.advance(Duration.ofSeconds(1));
        assertTrue(pair.a().status().isakmp().isPresent());
        assertEquals(1, pair.a().sent.stream().filter(each -> each.longAt(Long.BYTES) == 0).count(),
                "message 1 was not sent again");
        assertFalse(pair.a().installed.isEmpty());
    }

    private static Bytes first(Pair pair) {
        pair.advance(Duration.ZERO);
        return pair.a().sent.getFirst();
    }
}
