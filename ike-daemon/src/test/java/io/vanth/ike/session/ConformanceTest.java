package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What the RFCs and the configuration promise, beyond a tunnel that comes up.
class ConformanceTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    private static Pair pair(StartMode a) {
        return new Pair(Pair.connection(Pair.A, Pair.B, a), Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
    }

    private static void start(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(SOON);
    }

    private static Connection with(Connection of, Dpd dpd, List<Tunnel> tunnels) {
        return ConnectionDraft.change(of, draft -> {
            draft.dpd = dpd;
            draft.tunnels = tunnels;
        });
    }

    private static Connection lifetime(Connection of, Duration lifetime) {
        return Pair.with(of, tunnel -> new Tunnel(tunnel.name(), tunnel.group(), tunnel.traffic(), tunnel.proposals(),
                lifetime, tunnel.start()));
    }

    @Test
    void a_responder_with_a_shorter_lifetime_says_so_and_the_initiator_keeps_to_it() {
        var pair = new Pair(lifetime(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Duration.ofHours(1)),
                lifetime(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Duration.ofMinutes(2)));
        start(pair);
        var child = pair.a().status().tunnels().getFirst().child().orElseThrow();
        assertEquals(Duration.ofMinutes(2), Duration.between(child.established(), child.expires()));
    }

    @Test
    void an_identity_that_the_peer_refuses_is_told_apart_from_a_wrong_key() {
        Connection b = Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE);
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                ConnectionDraft.change(b, draft -> draft.remoteId = Identity.parse("other.example")));
        start(pair);
        assertEquals("identity_mismatch", pair.b().status().lastFailure().orElseThrow().reason());
        String text = pair.a().status().lastFailure().orElseThrow().text();
        assertTrue(text.contains("INVALID-ID-INFORMATION"), text);
    }

    @Test
    void a_host_behind_a_nat_keeps_its_mapping_open() {
        var pair = new Pair(
                Pair.with(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Pair.psk("shared secret of both"),
                        "aes256-sha256-ecp256", Encapsulation.YES),
                Pair.with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Pair.psk("shared secret of both"),
                        "aes256-sha256-ecp256", Encapsulation.AUTO));
        start(pair);
        pair.advance(Duration.ofMinutes(2));
        assertEquals(6, pair.a().keepalives);
        assertEquals(0, pair.b().keepalives);
        pair.a().event(new Event.Shutdown());
        pair.advance(Duration.ofMinutes(1));
        pair.a().assertEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dpd.Action.class)
    void a_dead_peer_has_the_configured_consequence(Dpd.Action action) {
        Connection a = Pair.connection(Pair.A, Pair.B, StartMode.ON_DEMAND);
        var pair = new Pair(
                with(a, new Dpd(Dpd.Mode.PERIODIC, Duration.ofSeconds(10), Duration.ofSeconds(20), action),
                        a.tunnels()),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.a().start();
        pair.b().start();
        pair.a().event(new Event.FromDataPlane(acquire()));
        pair.advance(SOON);
        pair.assertConnected();
        pair.b().dead = true;
        pair.advance(Duration.ofSeconds(40));
        assertEquals(1, pair.a().reports(Report.TunnelDown.class).size());
        assertTrue(pair.a().installed.isEmpty());
        assertEquals(action == Dpd.Action.RESTART ? State.NEGOTIATING : State.DOWN, pair.a().status().state());
        pair.restart(pair.b(), Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.b().start();
        pair.a().event(new Event.FromDataPlane(acquire()));
        pair.advance(Duration.ofSeconds(30));
        pair.assertConnected();
    }

    private static DataPlaneEvent acquire() {
        return new DataPlaneEvent.Acquire("site/lan", new SaGroup(1), Pair.A, Pair.B, 1);
    }

    @Test
    void acquires_while_phase_one_is_negotiated_make_one_tunnel() {
        var pair = pair(StartMode.ON_DEMAND);
        pair.a().start();
        pair.b().start();
        for (int i = 0; i < 20; i++) {
            pair.a().event(new Event.FromDataPlane(acquire()));
            pair.advance(Duration.ofMillis(7));
        }
        pair.advance(SOON);
        pair.assertConnected();
        assertEquals(2, pair.a().installed.size());
        assertEquals(1, pair.a().reports(Report.TunnelUp.class).size());
    }

    /// RFC 2407 section 4.6.3.3: the sender has no SA with the receiver at all.
    @Test
    void a_second_connection_to_the_same_peer_does_not_claim_first_contact() {
        var pair = new Pair(List.of(named("one", 1, Pair.A), named("two", 2, Pair.A)),
                List.of(named("one", 1, Pair.B), named("two", 2, Pair.B)));
        start(pair);
        pair.advance(Duration.ofSeconds(10));
        assertEquals(List.of(), pair.b().reports(Report.TunnelDown.class));
        var first = pair.b().engine.status(pair.now()).connections().getFirst();
        assertEquals(State.UP, first.tunnels().getFirst().state());
    }

    private static Connection named(String name, int net, InetAddress own) {
        boolean first = own.equals(Pair.A);
        Connection of = Pair.connection(own, first ? Pair.B : Pair.A, first ? StartMode.ALWAYS : StartMode.PASSIVE);
        var near = TrafficSelector.of(AddressRange.parse("10.1." + net + ".0/24"));
        var far = TrafficSelector.of(AddressRange.parse("10.2." + net + ".0/24"));
        Tunnel tunnel = of.tunnels().getFirst();
        return ConnectionDraft.change(of, draft -> {
            draft.name = name;
            draft.tunnels = List.of(new Tunnel(tunnel.name(), new SaGroup(net),
                    first ? new TrafficPair(near, far) : new TrafficPair(far, near), tunnel.proposals(),
                    tunnel.lifetime(), tunnel.start()));
        });
    }

    /// 4 s, then 1.8 times as long each time, by up to a tenth more or less.
    @Test
    void an_unanswered_request_is_sent_on_the_schedule_and_then_given_up() {
        var pair = pair(StartMode.ALWAYS);
        pair.b().dead = true;
        pair.a().start();
        double[] waits = {4, 7.2, 12.96, 23.328, 41.99};
        double earliest = 0;
        double latest = 0;
        for (double wait : waits) {
            earliest += wait * 0.9;
            latest += wait * 1.1;
        }
        pair.advance(Duration.ofMillis(Math.round(earliest * 1000) - 1));
        assertTrue(pair.a().sent.size() <= 6);
        pair.advance(Duration.ofMillis(Math.round((latest - earliest) * 1000) + 1));
        assertEquals(6, pair.a().sent.size());
        assertEquals(Optional.empty(), pair.a().status().lastFailure());
        pair.advance(Duration.ofSeconds(85));
        assertEquals("no_answer", pair.a().status().lastFailure().orElseThrow().reason());
    }
}
