package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Who gives way when more peers begin than there is room for.
class RespondingTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final InetSocketAddress OURS = new InetSocketAddress(Pair.B, 500);
    private static final int COOKIES = 2 * Long.BYTES;
    /// New peers whose messages cross.
    private static final int NEWCOMERS = 100;

    private final Connection anybody = ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE),
            draft -> draft.remoteHosts = List.of());
    /// Its computations are never done, so that nothing but room is at issue.
    private final IkeEngine engine = new IkeEngine(List.of(anybody), new SecureRandom());
    private final List<Bytes> opening = opening();

    private static List<Bytes> opening() {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
        return pair.a().sent.subList(0, 2);
    }

    private static InetAddress source(int number) {
        return InetAddress.ofLiteral("10.0.%d.%d".formatted(number / 250, 1 + number % 250));
    }

    private List<Effect> say(InetAddress source, Bytes message) {
        return engine
                .step(new Event.Datagram(new Path(OURS, new InetSocketAddress(source, 500), false), message), START)
                .effects();
    }

    /// Message 1; the cookies of the answer.
    private Bytes begin(InetAddress source, int number) {
        Bytes cookie = Bytes.concat(Bytes.ofInt(1), Bytes.ofInt(number));
        return say(source, Bytes.concat(cookie, opening.getFirst().from(Long.BYTES))).stream()
                .filter(Effect.Send.class::isInstance).map(each -> ((Effect.Send) each).message().slice(0, COOKIES))
                .findFirst().orElseThrow();
    }

    /// Message 3; whether g^xy is made of it.
    private boolean goOn(InetAddress source, Bytes cookies) {
        return say(source, Bytes.concat(cookies, opening.getLast().from(COOKIES))).stream()
                .anyMatch(Effect.Compute.class::isInstance);
    }

    @Test
    void many_that_are_reachable_keep_no_newcomer_out() {
        engine.start(START);
        for (int number = 0; number < Responding.MAX; number++) {
            InetAddress source = source(number % 2);
            assertTrue(goOn(source, begin(source, number)));
        }
        List<Bytes> newcomers = new ArrayList<>();
        for (int number = 0; number < NEWCOMERS; number++) {
            newcomers.add(begin(source(2 + number), Responding.MAX + number));
        }
        for (int number = 0; number < NEWCOMERS; number++) {
            assertTrue(goOn(source(2 + number), newcomers.get(number)), "newcomer " + number);
        }
        assertEquals(Responding.MAX, engine.status(START).halfOpen());
    }

    @Test
    void who_is_reachable_stays_before_older_ones_that_may_be_forged() {
        engine.start(START);
        InetAddress first = source(0);
        Bytes cookies = begin(first, 0);
        assertTrue(goOn(first, cookies));
        for (int number = 1; number < Responding.MAX + NEWCOMERS; number++) {
            begin(source(number), number);
        }
        assertEquals(Responding.MAX, engine.status(START).halfOpen());
        assertTrue(say(first, Bytes.concat(cookies, opening.getLast().from(COOKIES))).stream()
                .noneMatch(each -> each.toString().contains("belongs to no negotiation")));
    }
}
