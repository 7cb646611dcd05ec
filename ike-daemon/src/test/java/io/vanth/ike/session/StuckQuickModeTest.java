package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A quick mode under an ISAKMP SA that the peer has forgotten begins anew under the one that the peer agrees next, and
/// does not wait for the end of its own retransmissions, which take minutes.
class StuckQuickModeTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    /// With a second tunnel, and without INITIAL-CONTACT, which would end the older ISAKMP SA.
    private static Connection end(InetAddress own, StartMode start) {
        boolean first = own.equals(Pair.A);
        Connection plain = Pair.connection(own, first ? Pair.B : Pair.A, start);
        var here = TrafficSelector.of(AddressRange.parse("10.3.0.0/24"));
        var there = TrafficSelector.of(AddressRange.parse("10.4.0.0/24"));
        return ConnectionDraft.change(plain, draft -> {
            Tunnel lan = draft.tunnels.getFirst();
            draft.uniqueness = Uniqueness.NEVER;
            draft.tunnels = List.of(lan, new Tunnel("other", new SaGroup(2),
                    first ? new TrafficPair(here, there) : new TrafficPair(there, here), lan.proposals(),
                    lan.lifetime(), StartMode.PASSIVE));
        });
    }

    private static State other(Pair.Host host) {
        return host.status().tunnels().getLast().state();
    }

    /// A waits for the answer to its quick mode for the other tunnel, and B has lost its memory.
    private static Pair stuck() {
        var pair = new Pair(end(Pair.A, StartMode.ALWAYS), end(Pair.B, StartMode.PASSIVE));
        pair.b().start();
        pair.a().start();
        // Long enough that the next ISAKMP SA is taken for no collision.
        pair.advance(Duration.ofMinutes(1));
        pair.assertConnected();
        pair.b().dead = true;
        pair.a().event(new Event.Up("site/other"));
        pair.advance(SOON);
        assertEquals(State.NEGOTIATING, other(pair.a()));
        return pair;
    }

    @Test
    void it_begins_anew_under_the_isakmp_sa_that_the_peer_agrees_next() {
        Pair pair = stuck();
        pair.restart(pair.b(), end(Pair.B, StartMode.ALWAYS));
        pair.b().start();
        pair.advance(Duration.ofSeconds(3));
        assertEquals(State.UP, other(pair.a()));
        assertEquals(State.UP, other(pair.b()));
        long begun = pair.a().reports(Report.Started.class).stream()
                .filter(each -> each.mode() == Report.Mode.QUICK_MODE
                        && each.subject().tunnel().filter("other"::equals).isPresent())
                .count();
        assertEquals(2, begun);
    }

    /// One that has just begun may still be answered.
    @Test
    void one_that_is_young_is_left_alone() {
        var pair = new Pair(end(Pair.A, StartMode.ALWAYS), end(Pair.B, StartMode.PASSIVE));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        pair.a().event(new Event.Rekey("site"));
        pair.b().event(new Event.Up("site/other"));
        pair.advance(Duration.ofSeconds(10));
        assertTrue(pair.a().reports(Report.Failed.class).isEmpty(), pair.a().reports::toString);
        assertEquals(State.UP, other(pair.a()));
        assertEquals(State.UP, other(pair.b()));
    }
}
