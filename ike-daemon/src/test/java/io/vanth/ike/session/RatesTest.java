package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.Risk;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-22, S-23: what strangers may make us compute and say, however many addresses they forge.
class RatesTest {
    private static final InetSocketAddress OURS = new InetSocketAddress(Pair.B, 500);
    private static final int STRANGERS = 8000;
    private static final int WARM_UP = 100;
    private static final Bytes FILLER = Bytes.owning(new byte[64]);
    private static final int FURTHER = 50;
    private static final int REACHABLE = 200;
    private static final int EARLY = 4;
    private static final int LARGE = 60_000;
    /// Keys, public values and nonces, and what the test's wire has for it; none of the early messages.
    private static final int MOST_OF_REACHABLE = 16 * 1024;
    /// Most of it is what a negotiation is made of: nothing of it grows with the message.
    private static final int MOST_BEYOND_SA = 1024;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static InetAddress source(int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[]{10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Pair strangersWelcome(PhaseOneMode mode) {
        var b = ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), draft -> {
            draft.remoteHosts = List.of();
            draft.mode = mode;
            draft.allowed = EnumSet.of(Risk.AGGRESSIVE_PRE_SHARED_KEY);
        });
        var a = ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), draft -> {
            draft.mode = mode;
            draft.allowed = EnumSet.of(Risk.AGGRESSIVE_PRE_SHARED_KEY);
        });
        return new Pair(a, b);
    }

    private static Bytes firstMessage(PhaseOneMode mode) {
        var sample = strangersWelcome(mode);
        sample.a().start();
        sample.advance(Duration.ofSeconds(1));
        return sample.a().sent.getFirst();
    }

    private static void forge(Pair pair, Bytes first, Random random, int number) {
        byte[] forged = first.toArray();
        Bytes cookie = Bytes.concat(Bytes.ofInt(random.nextInt()), Bytes.ofInt(number + 1));
        System.arraycopy(cookie.toArray(), 0, forged, 0, cookie.length());
        pair.b().event(new Event.Datagram(new Path(OURS,
                new InetSocketAddress(source(number), 500), false), Bytes.owning(forged)));
    }

    /// S-22: what one stranger's message 1 makes us hold beyond its SA payload.
    @Test
    void a_half_open_negotiation_holds_little() {
        assertHoldsLittle("an ordinary first message", firstMessage(PhaseOneMode.MAIN));
    }

    @Test
    void what_strangers_announce_is_not_held() {
        Bytes ordinary = firstMessage(PhaseOneMode.MAIN);
        assertHoldsLittle("a first message full of vendor ids", with(ordinary, number -> new Payload.VendorId(
                Bytes.concat(FILLER, Bytes.ofInt(number)))));
    }

    private static Bytes with(Bytes ordinary, IntFunction<Payload> further) {
        var message = (IsakmpMessage) MessageReader.read(ordinary);
        List<Payload> payloads = new ArrayList<>(message.payloads());
        IntStream.range(0, FURTHER).mapToObj(further).forEach(payloads::add);
        return MessageWriter.write(message.header(), payloads);
    }

    /// Whoever is reachable at its address may have g^xy made, and then say what nobody can read yet.
    @Test
    void what_comes_before_its_time_is_not_held() {
        List<Bytes> opening = openingOfMainMode();
        Bytes ordinary = opening.getFirst();
        Bytes third = opening.getLast();
        var pair = strangersWelcome(PhaseOneMode.MAIN);
        var random = new Random(7);
        pair.b().start();
        begin(pair, ordinary, third, random, REACHABLE);
        forget(pair);
        long before = heap();
        for (int number = 0; number < REACHABLE; number++) {
            Bytes cookies = begin(pair, ordinary, third, random, number);
            for (int early = 1; early <= EARLY; early++) {
                say(pair, number, large(cookies, ExchangeType.QUICK_MODE, IsakmpHeader.FLAG_ENCRYPTED, early));
            }
            say(pair, number, large(cookies, ExchangeType.INFORMATIONAL, IsakmpHeader.FLAG_ENCRYPTED, EARLY + 1));
            say(pair, number, large(cookies, ExchangeType.MAIN_MODE, 0, 0));
            forget(pair);
        }
        long each = (heap() - before) / REACHABLE;
        System.out.printf("after message 3 and %d early ones: %d bytes are held%n", EARLY, each);
        assertEquals(REACHABLE + 1, pair.b().engine.status(pair.now()).halfOpen());
        assertTrue(each <= MOST_OF_REACHABLE, each + " bytes");
    }

    private static List<Bytes> openingOfMainMode() {
        var sample = strangersWelcome(PhaseOneMode.MAIN);
        sample.a().start();
        sample.b().start();
        sample.advance(Duration.ofSeconds(1));
        return sample.a().sent.subList(0, 2);
    }

    /// Up to message 3, whose g^xy is being made from here on; the cookies.
    private static Bytes begin(Pair pair, Bytes first, Bytes third, Random random, int number) {
        forge(pair, first, random, number);
        Bytes cookies = pair.b().sent.getLast().slice(0, 2 * Long.BYTES);
        say(pair, number, Bytes.concat(cookies, third.from(2 * Long.BYTES)));
        return cookies;
    }

    private static Bytes large(Bytes cookies, ExchangeType exchange, int flags, int messageId) {
        var header = IsakmpHeader.of(new Cookie(cookies.longAt(0)), new Cookie(cookies.longAt(Long.BYTES)),
                exchange.code(), flags, messageId);
        return flags == 0
                ? MessageWriter.write(header, List.of(new Payload.VendorId(Bytes.owning(new byte[LARGE]))))
                : MessageWriter.writeEncrypted(header, 1, Bytes.owning(new byte[LARGE]));
    }

    private static void say(Pair pair, int number, Bytes message) {
        pair.b().event(new Event.Datagram(new Path(OURS, new InetSocketAddress(source(number), 500), false), message));
    }

    private static void assertHoldsLittle(String name, Bytes first) {
        var message = (IsakmpMessage) MessageReader.read(first);
        int sa = message.payloads().getFirst().body().length();
        long each = held(first);
        System.out.printf("%s of %d bytes, %d of them its SA payload: %d bytes are held%n", name, first.length(), sa,
                each);
        assertTrue(each > sa && each <= sa + MOST_BEYOND_SA, each + " bytes");
    }

    private static long held(Bytes first) {
        var pair = strangersWelcome(PhaseOneMode.MAIN);
        var random = new Random(6);
        pair.b().start();
        for (int number = 0; number < WARM_UP; number++) {
            forge(pair, first, random, STRANGERS + number);
            forget(pair);
        }
        // What is done once is done.
        pair.advance(Duration.ofSeconds(31));
        forget(pair);
        long before = heap();
        for (int number = 0; number < STRANGERS; number++) {
            forge(pair, first, random, number);
            // Each has a time of its own.
            pair.advance(Duration.ofMillis(1));
            forget(pair);
        }
        pair.advance(Duration.ofSeconds(1));
        forget(pair);
        assertEquals(STRANGERS, pair.b().engine.status(pair.now()).halfOpen());
        return (heap() - before) / STRANGERS;
    }

    private static void forget(Pair pair) {
        pair.b().reports.clear();
        pair.b().sent.clear();
        pair.clearRecorded();
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void notifies_to_strangers_are_one_a_second_and_bounded_in_total() {
        var limiter = new NotifyLimiter();
        int allowed = 0;
        for (int number = 0; number < 5000; number++) {
            allowed += limiter.allows(source(number), START) ? 1 : 0;
        }
        assertEquals(1024, allowed);
        assertFalse(limiter.allows(source(1), START.plusMillis(999)));
        assertTrue(limiter.allows(source(1), START.plusSeconds(1)));
        assertFalse(limiter.allows(source(1), START.plusMillis(1999)));
    }
}
