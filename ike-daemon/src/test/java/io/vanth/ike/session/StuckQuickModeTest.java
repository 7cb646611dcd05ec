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
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// A quick mode under an ISAKMP SA that the peer has forgotten begins anew under the one that the peer agrees next, and
/// does not wait for the end of its own retransmissions, which take minutes.
class StuckQuickModeTest {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration QUICK = Duration.ofMillis(10);
    private static final Duration SLOW = Duration.ofMillis(1500);
    /// Where a message says what exchange it belongs to.
    private static final int EXCHANGE_TYPE = 18;

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
        assertEquals(2, begun(pair.a().reports.stream()));
    }

    /// One that has just begun when the next ISAKMP SA is agreed may still be answered: A is only slow.
    @Test
    void one_that_is_young_is_left_alone() {
        var pair = new Pair(end(Pair.A, StartMode.ALWAYS), end(Pair.B, StartMode.PASSIVE));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        IsakmpSa first = pair.a().engine.sessions().getFirst();
        pair.advance(Duration.between(pair.now(), first.lifetime().rekeyAt()));
        pair.network((from, datagram) -> List.of(from == pair.a() && isQuickMode(datagram) ? SLOW : QUICK));
        pair.b().event(new Event.Up("site/other"));
        pair.advance(SOON);
        assertEquals(2, pair.b().engine.sessions().size());
        assertEquals(State.NEGOTIATING, other(pair.b()));
        pair.advance(Duration.ofSeconds(4));
        assertEquals(State.UP, other(pair.a()));
        assertEquals(State.UP, other(pair.b()));
        assertEquals(1, begun(pair.b().reports.stream().takeWhile(each -> !isUp(each))));
    }

    private static boolean isQuickMode(Bytes datagram) {
        return datagram.at(EXCHANGE_TYPE) == ExchangeType.QUICK_MODE.code();
    }

    private static boolean isUp(Report report) {
        return report instanceof Report.TunnelUp up && isOther(up.subject());
    }

    private static boolean isOther(Report.Subject subject) {
        return subject.tunnel().filter("other"::equals).isPresent();
    }

    /// How many quick modes for the other tunnel.
    private static long begun(Stream<Report> reports) {
        return reports.filter(each -> each instanceof Report.Started started
                && started.mode() == Report.Mode.QUICK_MODE && isOther(started.subject())).count();
    }
}
