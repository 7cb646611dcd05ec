package io.vanth.ike.session;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-7: a changed configuration touches only what has changed in it.
class ReconfiguredTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Connection A = three(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS));
    private static final Connection B = three(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));

    private final Pair pair = new Pair(A, B);

    private static Connection three(Connection of) {
        return ConnectionDraft.change(of, draft -> {
            Tunnel lan = draft.tunnels.getFirst();
            boolean first = draft.localId.equals(Identity.of(Pair.A));
            draft.tunnels = List.of(tunnel(lan, first, "one", 1, 1), tunnel(lan, first, "two", 2, 2),
                    tunnel(lan, first, "three", 3, 3));
        });
    }

    private static Tunnel tunnel(Tunnel lan, boolean first, String name, int group, int net) {
        var mine = TrafficSelector.parse("10.1.0.0/24");
        var theirs = TrafficSelector.parse("10.2.%d.0/24".formatted(net));
        return new Tunnel(name, new SaGroup(group),
                first ? new TrafficPair(mine, theirs) : new TrafficPair(theirs, mine), lan.proposals(), lan.lifetime(),
                lan.start());
    }

    private static Connection changed(Connection of, Consumer<List<Tunnel>> change) {
        return ConnectionDraft.change(of, draft -> {
            List<Tunnel> tunnels = new ArrayList<>(draft.tunnels);
            change.accept(tunnels);
            draft.tunnels = tunnels;
        });
    }

    private void connect() {
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        assertEquals(Set.of("one", "two", "three"), up(pair.a()));
    }

    private static void configure(Pair.Host host, Connection... connections) {
        host.event(new Event.Configured(List.of(connections)));
    }

    private static Set<String> up(Pair.Host host) {
        return host.status().tunnels().stream().filter(each -> each.state() == EngineStatus.State.UP)
                .map(EngineStatus.TunnelStatus::name).collect(Collectors.toSet());
    }

    private static Set<SaId> pairOf(Pair.Host host, String tunnel) {
        return host.status().tunnels().stream().filter(each -> each.name().equals(tunnel))
                .flatMap(each -> each.child().stream())
                .flatMap(each -> Set.of(each.inbound(), each.outbound()).stream())
                .collect(Collectors.toSet());
    }

    private void end() {
        pair.a().event(new Event.Shutdown());
        pair.advance(SOON);
        pair.b().event(new Event.Shutdown());
        pair.advance(Duration.ofMinutes(30));
        pair.a().assertEmpty();
        pair.b().assertEmpty();
    }

    @Test
    void other_networks_restart_that_tunnel_alone() {
        connect();
        Set<SaId> one = pairOf(pair.a(), "one");
        Set<SaId> two = pairOf(pair.a(), "two");
        Set<SaId> three = pairOf(pair.a(), "three");
        var session = pair.a().status().isakmp();
        configure(pair.b(), changed(B, all -> all.set(1, tunnel(all.get(1), false, "two", 4, 7))));
        configure(pair.a(), changed(A, all -> all.set(1, tunnel(all.get(1), true, "two", 4, 7))));
        assertFalse(pair.a().installed.keySet().stream().anyMatch(two::contains), "what it replaces is gone at once");
        pair.advance(SOON);
        assertEquals(one, pairOf(pair.a(), "one"));
        assertEquals(three, pairOf(pair.a(), "three"));
        assertEquals(Set.of("one", "two", "three"), up(pair.b()));
        // Both sides have begun, and one of the two pairs goes after a while.
        pair.advance(Duration.ofMinutes(2));
        assertEquals(session, pair.a().status().isakmp());
        assertEquals(pair.a().installed.keySet(), pair.b().installed.keySet());
        assertEquals("10.2.7.0/24", pair.a().status().tunnels().get(1).remote());
        assertEquals(6, pair.a().installed.size());
        end();
    }

    @Test
    void a_tunnel_that_goes_ends_at_the_peer_too_and_is_refused_from_then_on() {
        connect();
        Set<SaId> rest = new HashSet<>(pairOf(pair.b(), "one"));
        rest.addAll(pairOf(pair.b(), "three"));
        pair.a().reports.clear();
        configure(pair.a(), changed(A, all -> all.remove(1)));
        pair.advance(SOON);
        assertEquals(rest, pair.b().installed.keySet());
        assertEquals(rest, pair.a().installed.keySet());
        assertEquals(List.of("two"), pair.a().reports(Report.TunnelDown.class).stream()
                .map(each -> each.subject().tunnel().orElseThrow()).toList());
        pair.b().event(new Event.Up("site/two"));
        pair.advance(SOON);
        assertEquals(Set.of("one", "three"), up(pair.b()));
        end();
    }

    @Test
    void a_tunnel_that_comes_is_agreed_under_the_isakmp_sa_that_is_there() {
        connect();
        Set<SaId> before = Set.copyOf(pair.a().installed.keySet());
        var session = pair.a().status().isakmp();
        configure(pair.b(), changed(B, all -> all.add(0, tunnel(all.get(0), false, "zero", 4, 0))));
        configure(pair.a(), changed(A, all -> all.add(0, tunnel(all.get(0), true, "zero", 4, 0))));
        pair.advance(SOON);
        assertEquals(Set.of("zero", "one", "two", "three"), up(pair.a()));
        assertTrue(pair.a().installed.keySet().containsAll(before));
        assertEquals(session, pair.a().status().isakmp());
        end();
    }

    @Test
    void other_proposals_are_agreed_before_the_old_keys_go() {
        connect();
        Set<SaId> before = pairOf(pair.a(), "two");
        Set<SaId> one = pairOf(pair.a(), "one");
        for (Pair.Host host : List.of(pair.a(), pair.b())) {
            host.reports.clear();
            configure(host, changed(host == pair.a() ? A : B, all -> all.set(1, stronger(all.get(1)))));
        }
        assertTrue(pair.a().installed.keySet().containsAll(before), "nothing is lost meanwhile");
        pair.advance(SOON);
        assertNotEquals(before, pairOf(pair.a(), "two"));
        assertTrue(pair.a().installed.keySet().containsAll(before), "packets may still be under way");
        assertEquals(one, pairOf(pair.a(), "one"));
        assertTrue(pair.a().status().tunnels().get(1).child().orElseThrow().proposal().contains("256"));
        pair.advance(Duration.ofMinutes(2));
        assertEquals(6, pair.a().installed.size());
        assertEquals(pair.a().installed.keySet(), pair.b().installed.keySet());
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
        end();
    }

    private static Tunnel stronger(Tunnel of) {
        return new Tunnel(of.name(), of.group(), of.traffic(), List.of(ProposalNames.parseEsp("aes256gcm16")),
                of.lifetime(), of.start());
    }

    @Test
    void connections_come_and_go_without_the_others() {
        connect();
        Set<SaId> before = Set.copyOf(pair.a().installed.keySet());
        configure(pair.b(), B, second(B, false));
        configure(pair.a(), A, second(A, true));
        pair.advance(SOON);
        assertEquals(8, pair.a().installed.size());
        assertTrue(pair.a().installed.keySet().containsAll(before));
        configure(pair.a(), A);
        pair.advance(SOON);
        assertEquals(before, pair.a().installed.keySet());
        assertEquals(before, pair.b().installed.keySet());
        assertFalse(pair.a().engine.knows("second"));
        end();
    }

    private static Connection second(Connection of, boolean first) {
        Identity a = Identity.parse("a.example");
        Identity b = Identity.parse("b.example");
        return ConnectionDraft.change(of, draft -> {
            draft.name = "second";
            draft.localId = first ? a : b;
            draft.remoteId = first ? b : a;
            draft.tunnels = List.of(tunnel(draft.tunnels.getFirst(), first, "lan", 9, 9));
        });
    }

    @Test
    void another_identity_restarts_the_connection_and_what_was_taken_down_stays_down() {
        connect();
        pair.a().event(new Event.Down("site/three", true));
        pair.advance(SOON);
        var session = pair.a().status().isakmp();
        Identity name = Identity.parse("a.example");
        configure(pair.b(), ConnectionDraft.change(B, draft -> draft.remoteId = name));
        configure(pair.a(), ConnectionDraft.change(A, draft -> draft.localId = name));
        pair.advance(Duration.ofSeconds(30));
        assertEquals(Set.of("one", "two"), up(pair.a()));
        assertEquals("a.example", pair.a().status().localId());
        assertNotEquals(session, pair.a().status().isakmp());
        assertEquals(4, pair.a().installed.size());
        end();
    }

    /// A command crosses a reload.
    @Test
    void what_an_operator_wants_of_what_is_gone_does_nothing() {
        connect();
        configure(pair.a(), changed(A, all -> all.remove(1)));
        for (String name : List.of("site/two", "elsewhere", "elsewhere/lan")) {
            pair.a().event(new Event.Up(name));
            pair.a().event(new Event.Down(name, true));
            pair.a().event(new Event.Rekey(name));
        }
        pair.advance(SOON);
        assertEquals(Set.of("one", "three"), up(pair.a()));
        configure(pair.a());
        pair.advance(SOON);
        assertEquals(Set.of(), pair.b().installed.keySet());
    }

    /// Neither side knows the other's address beforehand, nor, until its identity comes, which connection is meant.
    @ParameterizedTest
    @ValueSource(ints = {5, 15, 25, 35, 45, 55})
    void a_connection_that_goes_amid_phase_1_of_any_peer_takes_it_along(int millis) {
        Connection anyone = ConnectionDraft.change(B, draft -> draft.remoteHosts = List.of());
        Connection other = ConnectionDraft.change(second(B, false), draft -> draft.remoteHosts = List.of());
        var open = new Pair(A, anyone);
        configure(open.b(), anyone, other);
        open.b().start();
        open.a().start();
        open.advance(Duration.ofMillis(millis));
        configure(open.b(), other);
        open.advance(SOON);
        assertEquals(Set.of(), open.b().installed.keySet());
        configure(open.b(), anyone, other);
        open.a().event(new Event.Configured(
                List.of(ConnectionDraft.change(A, draft -> draft.lifetime = draft.lifetime.minusSeconds(1)))));
        open.advance(Duration.ofSeconds(30));
        assertEquals(Set.of("one", "two", "three"), up(open.a()));
    }

    @Test
    void a_tunnel_that_becomes_persistent_comes_up() {
        var waiting = new Pair(changed(A, all -> all.replaceAll(each -> with(each, StartMode.ON_DEMAND))), B);
        waiting.b().start();
        waiting.a().start();
        waiting.advance(SOON);
        assertEquals(Set.of(), up(waiting.a()));
        configure(waiting.a(), A);
        waiting.advance(SOON);
        assertEquals(Set.of("one", "two", "three"), up(waiting.a()));
    }

    private static Tunnel with(Tunnel of, StartMode start) {
        return new Tunnel(of.name(), of.group(), of.traffic(), of.proposals(), of.lifetime(), start);
    }

    /// Whatever is under way when the configuration changes, in the end everything is as the new one says.
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 105, 115, 125})
    void a_change_amid_negotiations_ends_well(int millis) {
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofMillis(millis));
        configure(pair.a(), changed(A, all -> {
            all.set(1, tunnel(all.get(1), true, "two", 4, 7));
            all.set(2, stronger(all.get(2)));
        }), second(A, true));
        configure(pair.b(), changed(B, all -> {
            all.set(1, tunnel(all.get(1), false, "two", 4, 7));
            all.set(2, stronger(all.get(2)));
        }), second(B, false));
        pair.advance(Duration.ofMinutes(5));
        assertEquals(Set.of("one", "two", "three"), up(pair.a()));
        assertTrue(pair.a().status().tunnels().get(2).child().orElseThrow().proposal().contains("256"));
        assertEquals(8, pair.a().installed.size(), () -> pair.a().status().toString());
        assertEquals(pair.a().installed.keySet(), pair.b().installed.keySet());
        configure(pair.a(), second(A, true));
        pair.advance(SOON);
        assertEquals(2, pair.b().installed.size());
        end();
    }
}
