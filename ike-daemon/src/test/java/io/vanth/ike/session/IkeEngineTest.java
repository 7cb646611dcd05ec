package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.EspProposal;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.EngineStatus.State;
import io.vanth.ike.wire.Bytes;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IkeEngineTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    private static Pair pair() {
        return new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
    }

    private static void start(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(SOON);
    }

    private static SecurityAssociation installed(Pair.Host host, Direction direction) {
        return host.installed.values().stream().filter(each -> each.direction() == direction).findFirst().orElseThrow();
    }

    private static void assertTwins(Pair pair) {
        for (var sender : List.of(pair.a(), pair.b())) {
            var receiver = sender == pair.a() ? pair.b() : pair.a();
            for (SecurityAssociation sa : sender.installed.values()) {
                if (sa.direction() == Direction.OUTBOUND) {
                    var twin = receiver.installed.get(sa.id());
                    assertTrue(twin != null, "the peer has no SA " + sa.id());
                    assertEquals(Direction.INBOUND, twin.direction());
                    assertEquals(sa.transform(), twin.transform());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"aes128-sha1-modp2048,aes128gcm16", "aes256-sha256-modp2048,aes256-sha256",
            "aes128-sha1-ecp256,aes256-sha256-modp2048", "aes256-sha256-ecp256,aes128gcm16-ecp256"})
    void a_tunnel_comes_up_with_every_algorithm(String ike, String esp) {
        EspProposal proposal = ProposalNames.parseEsp(esp);
        var pair = new Pair(
                withEsp(Pair.with(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Pair.psk("shared secret of both"),
                        ike,
                        Encapsulation.AUTO), proposal),
                withEsp(Pair.with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Pair.psk("shared secret of both"),
                        ike,
                        Encapsulation.AUTO), proposal));
        start(pair);
        assertEquals(State.UP, pair.a().status().tunnels().getFirst().state());
        assertEquals(State.UP, pair.b().status().tunnels().getFirst().state());
        assertEquals(2, pair.a().installed.size());
        assertEquals(2, pair.b().installed.size());
        assertTwins(pair);
    }

    private static Connection withEsp(Connection of, EspProposal esp) {
        return Pair.with(of, tunnel -> new Tunnel(tunnel.name(), tunnel.group(), tunnel.traffic(), List.of(esp),
                tunnel.lifetime(), tunnel.start()));
    }

    @Test
    void a_tunnel_is_down_since_the_start() {
        var pair = pair();
        pair.b().start();
        assertEquals(pair.now(), pair.b().status().tunnels().getFirst().since());
    }

    @Test
    void forced_encapsulation_floats_to_the_nat_traversal_port() {
        var pair = new Pair(
                Pair.with(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Pair.psk("shared secret of both"),
                        "aes256-sha256-ecp256", Encapsulation.YES),
                Pair.with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Pair.psk("shared secret of both"),
                        "aes256-sha256-ecp256", Encapsulation.AUTO));
        start(pair);
        assertTrue(pair.b().status().isakmp().orElseThrow().natTraversal());
        var sa = installed(pair.b(), Direction.OUTBOUND);
        assertEquals(4500, sa.encapsulation().orElseThrow().localPort());
        assertEquals(4500, sa.encapsulation().orElseThrow().remotePort());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void any_one_lost_datagram_is_sent_again(int which) {
        var pair = pair();
        var count = new AtomicInteger();
        pair.lose(_ -> count.getAndIncrement() == which);
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(10));
        assertEquals(State.UP, pair.a().status().tunnels().getFirst().state());
        assertEquals(State.UP, pair.b().status().tunnels().getFirst().state());
        assertEquals(1, pair.a().reports(Report.TunnelUp.class).size());
        assertEquals(1, pair.b().reports(Report.TunnelUp.class).size());
        assertTwins(pair);
    }

    @Test
    void duplicated_datagrams_make_no_second_sa() {
        var pair = pair();
        pair.copies(3);
        start(pair);
        assertEquals(2, pair.a().installed.size());
        assertEquals(2, pair.b().installed.size());
    }

    @Test
    void phase_two_is_rekeyed_before_it_expires_and_the_old_pair_goes() {
        var pair = pair();
        start(pair);
        var first = pair.a().status().tunnels().getFirst().child().orElseThrow();
        pair.advance(Duration.ofMinutes(55));
        var second = pair.a().status().tunnels().getFirst().child().orElseThrow();
        assertNotEquals(first.inbound(), second.inbound());
        assertTrue(pair.a().reports(Report.TunnelDown.class).isEmpty());
        assertEquals(2, pair.a().installed.size());
        assertEquals(2, pair.b().installed.size());
        assertTwins(pair);
    }

    @Test
    void a_new_outbound_sa_is_held_back_until_the_peer_uses_its_own() {
        var pair = pair();
        start(pair);
        var first = pair.a().sendsOn();
        pair.advance(Duration.ofMinutes(1));
        pair.a().event(new Event.Rekey("site"));
        pair.advance(SOON);
        assertEquals(first, pair.a().sendsOn(), "the peer may not have message 3 yet");
        var inbound = pair.a().status().tunnels().getFirst().child().orElseThrow().inbound();
        assertEquals(Optional.of(inbound), pair.b().sendsOn(), "the initiator has its inbound SA before message 3");
        pair.a().counters.put(inbound, new TrafficCounters(1, 100, 0, 0, 0, Optional.empty()));
        pair.advance(SOON);
        assertEquals(Optional.of(pair.a().status().tunnels().getFirst().child().orElseThrow().outbound()),
                pair.a().sendsOn());
    }

    @Test
    void without_traffic_a_new_outbound_sa_is_used_before_the_older_one_goes() {
        var pair = pair();
        start(pair);
        pair.advance(Duration.ofMinutes(1));
        pair.a().event(new Event.Rekey("site"));
        pair.advance(Duration.ofSeconds(20));
        assertEquals(Optional.of(pair.a().status().tunnels().getFirst().child().orElseThrow().outbound()),
                pair.a().sendsOn());
        assertEquals(2, pair.a().installed.size());
        assertTwins(pair);
    }

    @Test
    void phase_one_is_negotiated_anew_while_tunnels_go_on() {
        var pair = pair();
        start(pair);
        String first = pair.a().status().isakmp().orElseThrow().initiatorCookie();
        pair.advance(Duration.ofHours(8));
        assertNotEquals(first, pair.a().status().isakmp().orElseThrow().initiatorCookie());
        assertTrue(pair.a().reports(Report.TunnelDown.class).isEmpty());
        assertTrue(pair.b().reports(Report.TunnelDown.class).isEmpty());
    }

    @Test
    void down_deletes_the_sas_at_the_peer_too() {
        var pair = pair();
        start(pair);
        pair.a().event(new Event.Down("site", false));
        pair.advance(SOON);
        assertTrue(pair.a().installed.isEmpty());
        assertTrue(pair.b().installed.isEmpty());
        assertEquals(State.DOWN, pair.b().status().state());
        pair.advance(Duration.ofMinutes(10));
        assertTrue(pair.a().installed.isEmpty(), "down stays down");
        pair.a().event(new Event.Up("site/lan"));
        pair.advance(SOON);
        assertEquals(2, pair.b().installed.size());
    }

    @Test
    void shutdown_deletes_everything() {
        var pair = pair();
        start(pair);
        pair.b().event(new Event.Shutdown());
        pair.advance(Duration.ofMillis(100));
        assertTrue(pair.b().installed.isEmpty());
        assertTrue(pair.a().installed.isEmpty());
    }

    @Test
    void a_wrong_key_is_named_as_the_probable_cause_on_both_sides() {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Pair.psk("another secret entirely"),
                        "aes256-sha256-ecp256", Encapsulation.AUTO));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofMinutes(4));
        assertEquals("pre_shared_key_mismatch", pair.b().status().lastFailure().orElseThrow().reason());
        var seen = pair.a().status().lastFailure().orElseThrow();
        assertTrue(seen.text().contains("pre-shared keys differ"), seen.text());
        assertTrue(pair.a().installed.isEmpty());
    }

    @Test
    void no_common_proposal_is_explained_on_both_sides() {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Pair.psk("correct horse battery staple"),
                        "aes128-sha1-modp2048", Encapsulation.AUTO));
        start(pair);
        var b = pair.b().status().lastFailure().orElseThrow();
        assertTrue(
                b.text().contains("offers aes256-sha256-ecp256") && b.text().contains("accepts aes128-sha1-modp2048"),
                b.text());
        assertTrue(pair.a().status().lastFailure().orElseThrow().text().contains("NO-PROPOSAL-CHOSEN"));
        assertTrue(
                pair.a().reports(Report.Notify.class).getFirst().describe().contains("none of our phase 1 proposals"));
    }

    @Test
    void mismatched_networks_are_explained_on_both_sides_and_phase_one_stays() {
        var wrong = new TrafficPair(TrafficSelector.of(AddressRange.parse("10.9.0.0/24")),
                TrafficSelector.of(AddressRange.parse("10.1.0.0/24")));
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), tunnel -> new Tunnel(tunnel.name(),
                        tunnel.group(), wrong, tunnel.proposals(), tunnel.lifetime(), tunnel.start())));
        start(pair);
        assertEquals("selector_mismatch", pair.b().status().lastFailure().orElseThrow().reason());
        var a = pair.a().status().tunnels().getFirst().lastFailure().orElseThrow();
        assertTrue(a.text().contains("INVALID-ID-INFORMATION") && a.text().contains("10.2.0.0/24"), a.text());
        assertEquals(State.UP, pair.a().status().state());
    }

    @Test
    void a_dead_peer_is_noticed_within_the_timeout_and_negotiated_with_anew() {
        var pair = pair();
        start(pair);
        pair.b().dead = true;
        pair.advance(Duration.ofSeconds(160));
        assertEquals(1, pair.a().reports(Report.TunnelDown.class).size());
        pair.restart(pair.b(), Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.b().start();
        pair.advance(Duration.ofMinutes(3));
        assertEquals(State.UP, pair.a().status().tunnels().getFirst().state());
        assertEquals(2, pair.b().installed.size());
    }

    @Test
    void a_restarted_peer_clears_what_was_left_by_initial_contact() {
        var pair = pair();
        start(pair);
        pair.restart(pair.a(), Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS));
        pair.a().start();
        pair.advance(SOON);
        pair.assertConnected();
        pair.advance(Duration.ofSeconds(10));
        assertEquals(2, pair.b().installed.size());
        assertTwins(pair);
    }

    @Test
    void a_live_peer_is_asked_and_answers() {
        var pair = pair();
        start(pair);
        pair.advance(Duration.ofMinutes(5));
        assertTrue(pair.a().reports(Report.DeadPeerDetection.class).stream()
                .anyMatch(each -> each.stage() == Report.DeadPeerDetection.Stage.ANSWERED));
        assertTrue(pair.a().reports(Report.TunnelDown.class).isEmpty());
    }

    @Test
    void simultaneous_initiation_ends_with_a_tunnel_that_stays() {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.connection(Pair.B, Pair.A, StartMode.ALWAYS));
        start(pair);
        pair.advance(Duration.ofMinutes(5));
        assertTwins(pair);
        assertEquals(State.UP, pair.a().status().tunnels().getFirst().state());
        assertTrue(pair.a().reports(Report.TunnelDown.class).isEmpty());
        assertTrue(pair.b().reports(Report.TunnelDown.class).isEmpty());
    }

    @Test
    void replayed_datagrams_change_nothing() {
        var pair = pair();
        start(pair);
        var before = List.copyOf(pair.b().installed.keySet());
        List<Bytes> recorded = List.copyOf(pair.a().sent);
        var path = new Path(new InetSocketAddress(Pair.B, 500),
                new InetSocketAddress(Pair.A, 500), false);
        recorded.forEach(each -> pair.b().event(new Event.Datagram(path, each)));
        pair.advance(SOON);
        assertEquals(before, List.copyOf(pair.b().installed.keySet()));
        assertEquals(Optional.empty(), pair.b().status().lastFailure());
        assertFalse(pair.b().installed.isEmpty());
    }
}
