package io.vanth.ike.session;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-15: new keys for both phases in time, however both sides get into each other's way.
class RekeyTest {
    private static final Duration PHASE_ONE = Duration.ofSeconds(90);
    private static final Duration PHASE_TWO = Duration.ofSeconds(60);
    private static final Duration OVER = Duration.ofSeconds(75);

    private static Connection shortLived(Connection of) {
        Connection changed = Pair.with(of, tunnel -> new Tunnel(tunnel.name(), tunnel.group(), tunnel.traffic(),
                tunnel.proposals(), PHASE_TWO, tunnel.start()));
        return ConnectionDraft.change(changed, draft -> draft.lifetime = PHASE_ONE);
    }

    private static Pair eager(Duration phaseTwo) {
        Connection a = Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS);
        Connection b = Pair.connection(Pair.B, Pair.A, StartMode.ALWAYS);
        var pair = phaseTwo.equals(PHASE_TWO) ? new Pair(shortLived(a), shortLived(b)) : new Pair(a, b);
        pair.a().start();
        pair.b().start();
        return pair;
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
    void rekeys_that_collide_leave_both_sides_the_same_pair_and_no_other() {
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            Pair pair = eager(Duration.ofHours(1));
            pair.delay(() -> Duration.ofMillis(1 + random.nextInt(60)));
            pair.advance(Duration.ofMinutes(2));
            pair.a().event(new Event.Rekey("site"));
            pair.advance(Duration.ofMillis(random.nextInt(150)));
            pair.b().event(new Event.Rekey("site"));
            pair.advance(OVER);
            try {
                pair.assertConnected();
                assertEquals(2, pair.a().installed.size());
                assertEquals(pair.a().installed.keySet(), pair.b().installed.keySet());
                assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
                assertEquals(List.of(), pair.b().reports(Report.TunnelDown.class));
                assertNothingLeft(pair);
            } catch (AssertionError failed) {
                throw new AssertionError("seed " + seed, failed);
            }
        }
    }

    @Test
    void loss_costs_no_tunnel_while_both_phases_are_rekeyed_by_both_sides() {
        for (int seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            Pair pair = eager(PHASE_TWO);
            pair.delay(() -> Duration.ofMillis(1 + random.nextInt(60)));
            pair.advance(Duration.ofSeconds(5));
            pair.lose(_ -> random.nextInt(20) == 0);
            for (int minute = 0; minute < 10; minute++) {
                pair.advance(Duration.ofMinutes(1));
                pair.traffic();
            }
            pair.lose(_ -> false);
            pair.advance(Duration.ofMinutes(1));
            pair.traffic();
            pair.advance(OVER);
            try {
                pair.assertConnected();
                assertTrue(pair.a().installed.size() <= 6, () -> "leaked " + pair.a().installed.keySet());
                assertNothingLeft(pair);
            } catch (AssertionError failed) {
                throw new AssertionError("seed " + seed, failed);
            }
        }
    }

    /// An ISAKMP SA whose message ids run out is replaced, and the tunnel does not notice (S-20).
    @Test
    void an_isakmp_sa_is_replaced_before_its_message_ids_run_out() {
        Pair pair = eager(Duration.ofHours(1));
        pair.advance(Duration.ofSeconds(10));
        String before = pair.a().status().isakmp().orElseThrow().initiatorCookie();
        for (int asked = 0; asked < 13_000; asked++) {
            pair.a().engine.sessions().getFirst().inform(List.of());
        }
        pair.a().event(new Event.DeadlineReached());
        pair.advance(Duration.ofMinutes(2));
        assertNotEquals(before, pair.a().status().isakmp().orElseThrow().initiatorCookie());
        pair.assertConnected();
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
        assertNothingLeft(pair);
    }

    @Test
    void a_data_plane_that_does_not_tell_about_traffic_delays_only_the_change() {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofSeconds(5));
        pair.a().refuses = Effect.QueryTraffic.class::isInstance;
        pair.a().event(new Event.Rekey("site"));
        pair.advance(OVER);
        pair.assertConnected();
        assertEquals(2, pair.a().installed.size());
        assertNothingLeft(pair);
    }

    /// The first tunnel shows that the peer has forgotten us, and is given up; the second waited under the same SA.
    @Test
    void what_waits_under_an_sa_that_is_given_up_begins_again() {
        var pair = new Pair(twoTunnels(Pair.A, Pair.B, StartMode.ALWAYS),
                twoTunnels(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofSeconds(5));
        pair.b().dead = true;
        pair.a().event(new Event.Up("site/rare"));
        pair.advance(Duration.ofSeconds(10));
        pair.a().event(new Event.Rekey("site/lan"));
        pair.advance(Duration.ofMinutes(2));
        pair.restart(pair.b(), twoTunnels(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.b().start();
        pair.advance(Duration.ofMinutes(3));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    private static Connection twoTunnels(InetAddress local, InetAddress remote, StartMode start) {
        return ConnectionDraft.change(Pair.connection(local, remote, start), draft -> {
            Tunnel lan = draft.tunnels.getFirst();
            var other = new TrafficPair(/* local= */ lan.traffic().remote(), /* remote= */ lan.traffic().local());
            draft.dpd = new Dpd(Duration.ZERO, Duration.ofSeconds(20), Dpd.Action.CLEAR);
            draft.tunnels = List.of(lan, new Tunnel("rare", new SaGroup(2), other, lan.proposals(), lan.lifetime(),
                    StartMode.PASSIVE));
        });
    }
}
