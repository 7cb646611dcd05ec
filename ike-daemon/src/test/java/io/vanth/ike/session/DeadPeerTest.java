package io.vanth.ike.session;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Report.DeadPeerDetection.Stage;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.StartMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-17: when a peer is asked whether it is alive (RFC 3706).
class DeadPeerTest {
    private static final Duration DELAY = Duration.ofSeconds(10);

    private static Pair connected(Dpd.Mode mode) {
        Connection a = ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                draft -> draft.dpd = new Dpd(mode, DELAY, Duration.ofSeconds(20), Dpd.Action.CLEAR));
        Connection b = ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE),
                draft -> draft.dpd = new Dpd(Duration.ZERO, Duration.ofSeconds(20), Dpd.Action.CLEAR));
        var pair = new Pair(a, b);
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofSeconds(1));
        pair.assertConnected();
        return pair;
    }

    private static long asked(Pair pair) {
        return count(pair, Stage.SENT);
    }

    private static long count(Pair pair, Stage stage) {
        return pair.a().reports(Report.DeadPeerDetection.class).stream().filter(each -> each.stage() == stage).count();
    }

    /// One more packet passes at A in a direction.
    private static void packet(Pair pair, Direction direction) {
        List<SaId> of = pair.a().installed.values().stream().filter(each -> each.direction() == direction)
                .map(SecurityAssociation::id).toList();
        of.forEach(id -> {
            long before = pair.a().counters.getOrDefault(id, TrafficCounters.ZERO).packets();
            pair.a().counters.put(id, new TrafficCounters(before + 1, before * 100, 0, 0, 0, Optional.empty()));
        });
    }

    @Test
    void periodic_asks_whenever_the_peer_is_silent() {
        Pair pair = connected(Dpd.Mode.PERIODIC);
        pair.advance(Duration.ofMinutes(5));
        assertTrue(asked(pair) >= 25, "asked " + asked(pair));
        assertEquals(asked(pair), count(pair, Stage.ANSWERED));
    }

    @Test
    void on_demand_does_not_ask_while_nothing_is_sent() {
        Pair pair = connected(Dpd.Mode.ON_DEMAND);
        pair.advance(Duration.ofMinutes(5));
        assertEquals(0, asked(pair));
    }

    @Test
    void on_demand_does_not_ask_while_packets_come_back() {
        Pair pair = connected(Dpd.Mode.ON_DEMAND);
        for (int second = 0; second < 120; second++) {
            packet(pair, Direction.OUTBOUND);
            packet(pair, Direction.INBOUND);
            pair.advance(Duration.ofSeconds(1));
        }
        assertEquals(0, asked(pair));
    }

    @Test
    void on_demand_finds_out_that_a_peer_is_dead_to_which_packets_go() {
        Pair pair = connected(Dpd.Mode.ON_DEMAND);
        pair.b().dead = true;
        for (int second = 0; second < 60; second++) {
            packet(pair, Direction.OUTBOUND);
            pair.advance(Duration.ofSeconds(1));
        }
        assertEquals(1, count(pair, Stage.TIMED_OUT));
        assertEquals(1, pair.a().reports(Report.TunnelDown.class).size());
    }
}
