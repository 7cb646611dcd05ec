package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.Bytes;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Bad networks, bad timing and bad data planes.
class AdversityTest {
    private static Pair pair(StartMode b) {
        return new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Pair.connection(Pair.B, Pair.A, b));
    }

    private static void start(Pair pair) {
        pair.a().start();
        pair.b().start();
    }

    private static void assertNothingLeft(Pair pair) {
        pair.a().event(new Event.Shutdown());
        pair.advance(Duration.ofSeconds(1));
        pair.b().event(new Event.Shutdown());
        pair.advance(Duration.ofMinutes(10));
        pair.a().assertEmpty();
        pair.b().assertEmpty();
    }

    @Test
    void loss_duplication_and_reordering_end_with_a_tunnel_and_leave_nothing() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            Pair pair = pair(seed % 2 == 0 ? StartMode.ALWAYS : StartMode.PASSIVE);
            pair.delay(() -> Duration.ofMillis(random.nextInt(300)));
            pair.tamper(bytes -> Collections.nCopies(random.nextInt(10) < 3 ? 0 : 1 + random.nextInt(8) / 7, bytes));
            start(pair);
            pair.advance(Duration.ofMinutes(5));
            pair.tamper(List::of);
            for (int minute = 0; minute < 10; minute++) {
                pair.traffic();
                pair.advance(Duration.ofMinutes(1));
            }
            try {
                pair.assertConnected();
                assertNothingLeft(pair);
            } catch (AssertionError failed) {
                throw new AssertionError("seed " + seed, failed);
            }
        }
    }

    private static Connection lifetimes(Connection of, Duration phaseOne, Duration phaseTwo) {
        Connection changed = Pair.with(of, tunnel -> new Tunnel(tunnel.name(), tunnel.group(), tunnel.traffic(),
                tunnel.proposals(), phaseTwo, tunnel.start()));
        return ConnectionDraft.change(changed, draft -> draft.lifetime = phaseOne);
    }

    @ParameterizedTest
    @CsvSource({"28800,5,5,PASSIVE", "28800,5,5,ALWAYS", "28800,5,3600,PASSIVE", "28800,3600,5,PASSIVE",
            "7,60,60,PASSIVE", "7,60,60,ALWAYS", "7,5,5,ALWAYS", "3,9,4,PASSIVE"})
    void short_lifetimes_never_leave_a_side_without_keys(int phaseOne, int a, int b, StartMode start) {
        var pair = new Pair(
                lifetimes(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Duration.ofSeconds(phaseOne),
                        Duration.ofSeconds(a)),
                lifetimes(Pair.connection(Pair.B, Pair.A, start), Duration.ofSeconds(phaseOne),
                        Duration.ofSeconds(b)));
        start(pair);
        pair.advance(Duration.ofMillis(950));
        for (int second = 0; second < 400; second++) {
            pair.advance(Duration.ofMillis(1017));
            pair.assertConnected();
        }
        assertTrue(pair.a().reports(Report.TunnelDown.class).isEmpty());
        assertTrue(pair.b().reports(Report.TunnelDown.class).isEmpty());
        assertTrue(pair.a().reports(Report.TunnelUp.class).size() > 5, "it was rekeyed");
        assertTrue(pair.a().installed.size() <= 12, "old SAs go");
        assertNothingLeft(pair);
    }

    @Test
    void a_rekey_without_an_isakmp_sa_negotiates_one_first() {
        Pair pair = pair(StartMode.PASSIVE);
        start(pair);
        pair.advance(Duration.ofSeconds(1));
        var first = pair.a().status().tunnels().getFirst().child().orElseThrow();
        // The peer loses its phase 1 for good, and says so, but keeps the tunnel.
        pair.lose(_ -> true);
        pair.advance(Duration.ofHours(8).minusMinutes(1));
        pair.lose(_ -> false);
        pair.advance(Duration.ofMinutes(5));
        assertNotEquals(first.inbound(), pair.a().status().tunnels().getFirst().child().orElseThrow().inbound());
        pair.assertConnected();
    }

    @Test
    void simultaneous_initiation_keeps_one_isakmp_sa_and_it_is_the_same() {
        for (int seed = 0; seed < 40; seed++) {
            var random = new Random(seed);
            Pair pair = pair(StartMode.ALWAYS);
            pair.delay(() -> Duration.ofMillis(random.nextInt(30)));
            start(pair);
            pair.advance(Duration.ofMinutes(1));
            pair.assertConnected();
            assertEquals(pair.a().status().isakmp().orElseThrow().initiatorCookie(),
                    pair.b().status().isakmp().orElseThrow().initiatorCookie(), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void stopping_after_any_datagram_leaves_nothing(int step) {
        for (Event event : List.of(new Event.Shutdown(), new Event.Down("site", false))) {
            Pair pair = pair(StartMode.PASSIVE);
            var count = new AtomicInteger();
            pair.lose(_ -> count.getAndIncrement() >= step);
            start(pair);
            pair.advance(Duration.ofMillis(400));
            pair.a().event(event);
            pair.b().event(event);
            pair.advance(Duration.ofMinutes(5));
            pair.a().assertEmpty();
            pair.b().assertEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void what_the_data_plane_refuses_leaks_nothing_and_is_tried_again(int refused) {
        for (boolean atA : new boolean[]{true, false}) {
            Pair pair = pair(StartMode.PASSIVE);
            Pair.Host host = atA ? pair.a() : pair.b();
            var left = new AtomicInteger(3);
            var seen = new AtomicInteger();
            host.refuses = effect -> (effect instanceof Effect.AllocateSpi
                    ? 0
                    : 1 + seen.getAndIncrement() % 2) == refused
                    && left.getAndDecrement() > 0;
            start(pair);
            pair.advance(Duration.ofMinutes(20));
            pair.assertConnected();
            assertTrue(left.get() <= 0, "it was refused");
            assertNothingLeft(pair);
        }
    }

    @ParameterizedTest
    @EnumSource(value = StartMode.class, names = {"ALWAYS", "PASSIVE"})
    void an_outage_of_the_peer_ends_with_a_tunnel(StartMode start) {
        Pair pair = pair(start);
        start(pair);
        pair.advance(Duration.ofSeconds(1));
        pair.lose(_ -> true);
        pair.advance(Duration.ofMinutes(30));
        pair.lose(_ -> false);
        pair.advance(Duration.ofMinutes(5));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void a_tunnel_that_is_asked_to_rekey_without_any_sa_comes_up() {
        Pair pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ON_DEMAND),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        start(pair);
        pair.a().event(new Event.Rekey("site"));
        pair.advance(Duration.ofSeconds(1));
        pair.assertConnected();
    }

    @Test
    void a_replaced_isakmp_sa_that_the_peer_forgot_takes_no_tunnel_with_it() {
        Pair pair = new Pair(
                lifetimes(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Duration.ofMinutes(10),
                        Duration.ofHours(1)),
                lifetimes(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Duration.ofHours(8),
                        Duration.ofHours(1)));
        start(pair);
        // Every Delete of the peer is lost: the old ISAKMP SAs stay at the responder.
        pair.lose(AdversityTest::isDelete);
        pair.advance(Duration.ofMinutes(40));
        assertEquals(List.of(), pair.b().reports(Report.TunnelDown.class));
        pair.assertConnected();
    }

    /// An informational message of the length that only Deletes have here.
    private static boolean isDelete(Bytes datagram) {
        return datagram.at(18) == 5 && datagram.length() == 28 + 64;
    }
}
