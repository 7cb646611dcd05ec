package io.vanth.ike.session;

import io.vanth.dataplane.SaGroup;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-9: what happens when a second device comes under the identity of the first.
class UniquenessTest {
    private static final InetAddress C = InetAddress.ofLiteral("192.0.2.3");
    private static final Identity ROAMER = Identity.parse("roamer.example.org");
    private static final Duration SOON = Duration.ofSeconds(5);

    /// B, which takes anybody who is the roamer.
    private static Connection hub(Uniqueness uniqueness) {
        return ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), draft -> {
            draft.remoteHosts = List.of();
            draft.remoteId = ROAMER;
            draft.uniqueness = uniqueness;
        });
    }

    /// The roamer at an address; its network is the same wherever it is.
    private static Connection roamer(InetAddress at) {
        return ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), draft -> {
            draft.local = new LocalHost.Address(at);
            draft.localId = ROAMER;
        });
    }

    private static Pair connected(Uniqueness uniqueness) {
        var pair = new Pair(roamer(Pair.A), hub(uniqueness));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        pair.assertConnected();
        return pair;
    }

    private static String peerOf(Pair pair) {
        return pair.b().status().peer();
    }

    @Test
    void replace_takes_the_peer_where_it_came_last_and_forgets_what_was_before() {
        Pair pair = connected(Uniqueness.REPLACE);
        pair.a().dead = true;
        Pair.Host c = pair.add(C, roamer(C));
        c.start();
        pair.advance(SOON);
        assertTrue(peerOf(pair).startsWith(C.getHostAddress()), peerOf(pair));
        assertEquals(State.UP, c.status().tunnels().getFirst().state());
        assertEquals(2, pair.b().installed.size());
        assertTrue(c.installed.keySet().containsAll(pair.b().installed.keySet()));
    }

    @Test
    void keep_refuses_the_second_with_a_reason_and_leaves_the_first_alone() {
        Pair pair = connected(Uniqueness.KEEP);
        Pair.Host c = pair.add(C, roamer(C));
        c.start();
        pair.advance(SOON);
        assertEquals(State.UP, pair.a().status().tunnels().getFirst().state());
        assertTrue(peerOf(pair).startsWith(Pair.A.getHostAddress()), peerOf(pair));
        assertEquals(State.DOWN, c.status().tunnels().getFirst().state());
        assertTrue(pair.b().reports(Report.Failed.class).stream()
                .anyMatch(each -> each.failure().label().equals("already_connected")));
        assertTrue(c.reports(Report.Notify.class).stream()
                .anyMatch(each -> each.type().equals("AUTHENTICATION-FAILED") && each.authenticated()));
    }

    @Test
    void keep_lets_the_second_in_when_the_first_proves_dead() {
        Pair pair = connected(Uniqueness.KEEP);
        pair.a().dead = true;
        Pair.Host c = pair.add(C, roamer(C));
        c.start();
        pair.advance(Duration.ofMinutes(5));
        assertTrue(peerOf(pair).startsWith(C.getHostAddress()), peerOf(pair));
        assertEquals(State.UP, c.status().tunnels().getFirst().state());
    }

    @Test
    void keep_knows_a_peer_that_was_restarted_by_its_address() {
        Pair pair = connected(Uniqueness.KEEP);
        pair.restart(pair.a(), roamer(Pair.A));
        pair.a().start();
        pair.advance(SOON);
        pair.assertConnected();
        pair.advance(Duration.ofSeconds(10));
        pair.assertConnected();
        assertEquals(2, pair.b().installed.size());
    }

    @Test
    void never_keeps_both() {
        Pair pair = connected(Uniqueness.NEVER);
        Pair.Host c = pair.add(C, roamer(C));
        c.start();
        pair.advance(SOON);
        assertEquals(State.UP, pair.a().status().tunnels().getFirst().state());
        assertEquals(State.UP, c.status().tunnels().getFirst().state());
        assertEquals(4, pair.b().installed.size());
    }

    @ParameterizedTest
    @EnumSource(Uniqueness.class)
    void nothing_is_left_after_any_of_it(Uniqueness uniqueness) {
        Pair pair = connected(uniqueness);
        Pair.Host c = pair.add(C, roamer(C));
        c.start();
        pair.advance(Duration.ofMinutes(3));
        for (Pair.Host each : List.of(pair.a(), c, pair.b())) {
            each.event(new Event.Shutdown());
            pair.advance(Duration.ofSeconds(1));
        }
        pair.advance(Duration.ofMinutes(10));
        pair.a().assertEmpty();
        pair.b().assertEmpty();
        c.assertEmpty();
    }

    /// Every refusal has the first device asked whether it is alive, but only one row of questions.
    @Test
    void keep_does_not_ask_the_first_more_often_for_each_that_was_refused() {
        var pair = new Pair(ConnectionDraft.change(roamer(Pair.A), draft -> draft.dpd = asking(Duration.ZERO)),
                ConnectionDraft.change(hub(Uniqueness.KEEP), draft -> draft.dpd = asking(Duration.ofSeconds(30))));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        Pair.Host c = pair.add(C, roamer(C));
        c.start();
        pair.advance(Duration.ofMinutes(5));
        c.dead = true;
        pair.advance(Duration.ofMinutes(2));
        pair.b().reports.clear();
        pair.advance(Duration.ofMinutes(10));
        long asked = pair.b().reports(Report.DeadPeerDetection.class).stream()
                .filter(each -> each.stage() == Report.DeadPeerDetection.Stage.SENT).count();
        assertTrue(asked > 10 && asked <= 20, "asked " + asked);
    }

    private static Dpd asking(Duration delay) {
        return new Dpd(Dpd.Mode.PERIODIC, delay, Duration.ofSeconds(20), Dpd.Action.CLEAR);
    }

    /// INITIAL-CONTACT on one connection is about all that have the same identities.
    @Test
    void a_peer_that_restarts_with_one_of_two_connections_gets_the_other_back() {
        List<Connection> a = two(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS));
        List<Connection> b = two(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        var pair = new Pair(a, b);
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        assertEquals(4, pair.b().installed.size());
        pair.restart(pair.b(), List.of(Pair.connection(Pair.B, Pair.A, StartMode.ALWAYS), b.getLast()));
        pair.b().start();
        pair.advance(Duration.ofSeconds(30));
        pair.assertConnected();
        assertEquals(4, pair.b().installed.size());
        assertEquals(pair.b().installed.keySet(), pair.a().installed.keySet());
    }

    private static List<Connection> two(Connection first) {
        Connection second = Pair.with(first, tunnel -> new Tunnel("other", new SaGroup(2), tunnel.traffic(),
                tunnel.proposals(), tunnel.lifetime(), tunnel.start()));
        return List.of(first, ConnectionDraft.change(second, draft -> {
            draft.name = "second";
            draft.proposals = List.of(ProposalNames.parseIke("aes128-sha256-ecp256"));
        }));
    }
}
