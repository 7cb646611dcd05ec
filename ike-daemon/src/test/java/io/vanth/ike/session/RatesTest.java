package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.Risk;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-22, S-23: what strangers may make us compute and say, however many addresses they forge.
class RatesTest {
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
        pair.b().event(new Event.Datagram(new Path(new InetSocketAddress(Pair.B, 500),
                new InetSocketAddress(source(number), 500), false), Bytes.owning(forged)));
    }

    /// What one stranger's message 1 makes us hold: the largest number of strangers fits in 32 MiB.
    @Test
    void a_half_open_negotiation_holds_little() {
        var pair = strangersWelcome(PhaseOneMode.MAIN);
        Bytes first = firstMessage(PhaseOneMode.MAIN);
        var random = new Random(6);
        pair.b().start();
        int count = 8000;
        for (int number = 0; number < 1000; number++) {
            forge(pair, first, random, count + number);
        }
        pair.advance(Duration.ofSeconds(31));
        forget(pair);
        long before = heap();
        for (int number = 0; number < count; number++) {
            forge(pair, first, random, number);
            forget(pair);
        }
        pair.advance(Duration.ofSeconds(1));
        forget(pair);
        assertEquals(count, pair.b().engine.status(pair.now()).halfOpen());
        long each = (heap() - before) / count;
        System.out.println("a half-open negotiation holds " + each + " bytes, after a first message of "
                + first.length());
        assertTrue(each > 0 && each <= 2048, each + " bytes");
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
