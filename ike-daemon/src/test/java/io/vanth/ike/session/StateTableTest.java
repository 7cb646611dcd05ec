package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Every exchange type, in clear and encrypted, in every state.
class StateTableTest {
    private static final int HANDSHAKE = 9;
    private static final int AGGRESSIVE_HANDSHAKE = 6;
    /// The datagram after which the initiator knows the keys is message 4, for the responder it is message 3.
    private static final int INITIATOR_KEYS = 4;
    private static final int RESPONDER_KEYS = 3;
    private static final Set<Integer> KNOWN = Stream.of(ExchangeType.values()).map(ExchangeType::code)
            .collect(Collectors.toUnmodifiableSet());
    private static final int ISAKMP = 1;
    private static final int ESP = 3;

    /// A pair of engines in a state.
    ///
    /// @param initiatorKeys whether `a` has keys for the latest negotiation
    /// @param live          how many SAs an end has that nothing may remove
    record State(String name, Pair pair, boolean initiatorKeys, boolean responderKeys, int live) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<State> states() {
        return Stream.of(IntStream.rangeClosed(0, HANDSHAKE).mapToObj(StateTableTest::afterDatagrams),
                IntStream.rangeClosed(0, AGGRESSIVE_HANDSHAKE).mapToObj(StateTableTest::afterAggressiveDatagrams),
                Stream.of(rekeying(0), rekeying(1), rekeying(2), renewing(3), renewing(5), deleted()))
                .flatMap(each -> each);
    }

    private static Pair started() {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.a().start();
        pair.b().start();
        return pair;
    }

    private static Pair losingAfter(int count, String... settings) {
        var pair = new Pair(
                ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), List.of(settings)),
                ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), List.of(settings)));
        loseAfter(pair, count);
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
        return pair;
    }

    private static void loseAfter(Pair pair, int count) {
        var sent = new AtomicInteger();
        pair.lose(_ -> sent.getAndIncrement() >= count);
    }

    /// The handshake has come so far: each of its states in both roles.
    private static State afterDatagrams(int count) {
        return new State("after %d datagrams".formatted(count), losingAfter(count), count >= INITIATOR_KEYS,
                count >= RESPONDER_KEYS, count < HANDSHAKE ? 0 : 2);
    }

    /// In aggressive mode the responder has keys with message 1, but no message can bear its cookie before message 2.
    private static State afterAggressiveDatagrams(int count) {
        return new State("aggressive, after %d datagrams".formatted(count),
                losingAfter(count, "mode aggressive", "allow aggressivePsk"), count >= 2, count >= 2,
                count < AGGRESSIVE_HANDSHAKE ? 0 : 2);
    }

    private static State rekeying(int count) {
        Pair pair = started();
        pair.advance(Duration.ofSeconds(1));
        loseAfter(pair, count);
        pair.a().event(new Event.Rekey("site"));
        pair.advance(Duration.ofSeconds(1));
        return new State("rekeying, %d datagrams".formatted(count), pair, true, true, 2);
    }

    /// Phase 1 is negotiated anew.
    private static State renewing(int count) {
        List<String> quiet = List.of("dpd 0s", "tunnelLifetime 24h");
        var pair = new Pair(ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), quiet),
                ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), quiet));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofHours(6));
        loseAfter(pair, count);
        int before = pair.a().sent.size();
        while (pair.a().sent.size() < before + (count + 1) / 2) {
            pair.advance(Duration.ofSeconds(1));
        }
        pair.advance(Duration.ofSeconds(1));
        return new State("renewing phase 1, %d datagrams".formatted(count), pair, count >= INITIATOR_KEYS,
                count >= RESPONDER_KEYS, 2);
    }

    private static State deleted() {
        Pair pair = started();
        pair.advance(Duration.ofSeconds(1));
        pair.a().event(new Event.Down("site", false));
        pair.advance(Duration.ofMillis(50));
        pair.a().event(new Event.Up("site"));
        loseAfter(pair, 0);
        return new State("deleted", pair, false, false, 0);
    }

    @DisplayName("S-5: nothing in a state that it does not belong to")
    @MethodSource("states")
    @ParameterizedTest
    void every_exchange_in_a_state(State state) {
        Pair pair = state.pair;
        try (var ciphers = CipherCount.begin()) {
            inject(pair.a(), state.initiatorKeys, pair, ciphers);
            inject(pair.b(), state.responderKeys, pair, ciphers);
        }
        assertTrue(pair.a().installed.size() >= state.live && pair.b().installed.size() >= state.live, "lost an SA");
        pair.lose(_ -> false);
        pair.advance(Duration.ofSeconds(40));
        pair.assertConnected();
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
    }

    private static void inject(Pair.Host host, boolean keys, Pair pair, CipherCount ciphers) {
        var probe = new Probe(pair, host);
        int decrypted = 0;
        for (Bytes message : messages(lastOf(pair))) {
            ciphers.take();
            probe.send(message);
            int runs = ciphers.take();
            decrypted += runs;
            assertTrue(runs <= (keys ? 1 : 0), () -> runs + " cipher runs for " + message.slice(0, 28));
        }
        assertEquals(keys, decrypted > 0, "ciphers run when there are keys, and are counted");
    }

    private static Bytes lastOf(Pair pair) {
        return pair.recorded().isEmpty()
                ? Bytes.ofHex("01".repeat(2 * Long.BYTES))
                : pair.recorded().getLast().datagram().bytes();
    }

    private static List<Bytes> messages(Bytes last) {
        var random = new Random(5);
        Cookie initiator = new Cookie(last.longAt(0));
        Cookie responder = new Cookie(last.longAt(Long.BYTES));
        var messages = new ArrayList<Bytes>();
        for (var cookies : List.of(List.of(initiator, responder), List.of(initiator, Cookie.NONE),
                List.of(responder, initiator), List.of(new Cookie(random.nextLong()), responder),
                List.of(initiator, new Cookie(random.nextLong())), List.of(Cookie.NONE, Cookie.NONE),
                List.of(new Cookie(random.nextLong()), Cookie.NONE))) {
            for (int messageId : new int[]{0, 7 + random.nextInt(1 << 30)}) {
                for (int exchange = 0; exchange < 256; exchange++) {
                    var header = IsakmpHeader.of(cookies.getFirst(), cookies.getLast(), exchange, 0, messageId);
                    contents(exchange, last).forEach(each -> messages.add(MessageWriter.write(header, each)));
                    messages.add(encrypted(header, random));
                }
            }
        }
        return messages;
    }

    /// Something small for each exchange type, and for those that have a meaning what could do harm.
    private static List<List<Payload>> contents(int exchange, Bytes last) {
        List<Payload> nonce = List.of(new Payload.Nonce(Bytes.ofHex("00112233445566778899")));
        if (!KNOWN.contains(exchange)) {
            return List.of(nonce);
        }
        Bytes cookies = last.slice(0, 2 * Long.BYTES);
        Payload hash = new Payload.Hash(Bytes.ofHex("00".repeat(32)));
        Payload question = Payload.Notification.of(ISAKMP, cookies, NotifyType.R_U_THERE.code(), Bytes.ofInt(1));
        Payload contact = Payload.Notification.of(ISAKMP, cookies, NotifyType.INITIAL_CONTACT.code(), Bytes.EMPTY);
        return List.of(nonce, List.of(question), List.of(contact), List.of(hash, question), List.of(hash, contact),
                List.of(hash, Payload.Delete.of(ISAKMP, List.of(cookies))),
                List.of(Payload.Delete.of(ESP, List.of(Bytes.ofInt(0x1000)))));
    }

    private static Bytes encrypted(IsakmpHeader of, Random random) {
        byte[] noise = new byte[16 * (1 + random.nextInt(8))];
        random.nextBytes(noise);
        return MessageWriter.writeEncrypted(
                IsakmpHeader.of(of.initiator(), of.responder(), of.exchange(), IsakmpHeader.FLAG_ENCRYPTED,
                        of.messageId()),
                1 + random.nextInt(20), Bytes.owning(noise));
    }
}
