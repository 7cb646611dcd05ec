package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: a local address that changes.
class RelocationTest {
    private static final LocalHost ETH0 = new LocalHost.Interface("eth0", false);
    private static final InetAddress NEW = InetAddress.ofLiteral("192.0.2.50");
    private static final Identity BRANCH = Identity.parse("branch.example");
    private static final Duration SOON = Duration.ofSeconds(5);

    /// A on an interface; B knows it by its identity, whatever its address.
    private static Pair pair(StartMode start) {
        Connection branch = ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, start), draft -> {
            draft.local = ETH0;
            draft.localId = BRANCH;
        });
        Connection hub = ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), draft -> {
            draft.remoteHosts = List.of();
            draft.remoteId = BRANCH;
        });
        return new Pair(branch, hub);
    }

    private static void address(Pair pair, InetAddress... own) {
        pair.alias(NEW, pair.a());
        pair.a().event(new Event.LocalAddress(ETH0, Optional.of(List.of(own)).filter(each -> !each.isEmpty())
                .map(List::getFirst)));
    }

    private static Pair connected(StartMode start) {
        Pair pair = pair(start);
        address(pair, Pair.A);
        pair.b().start();
        pair.a().start();
        pair.a().event(new Event.Up("site"));
        pair.advance(SOON);
        pair.assertConnected();
        return pair;
    }

    private static void assertNothingLeft(Pair pair) {
        pair.a().event(new Event.Shutdown());
        pair.b().event(new Event.Shutdown());
        pair.advance(Duration.ofMinutes(10));
        pair.a().assertEmpty();
        pair.b().assertEmpty();
    }

    @Test
    void what_was_up_comes_up_from_the_new_address() {
        Pair pair = connected(StartMode.ALWAYS);
        Set<SaId> before = Set.copyOf(pair.a().installed.keySet());
        address(pair, NEW);
        pair.advance(SOON);
        pair.assertConnected();
        assertTrue(pair.a().installed.keySet().stream().noneMatch(before::contains), "all SAs are new");
        assertEquals(2, pair.a().installed.size());
        assertEquals(2, pair.b().installed.size(), "INITIAL-CONTACT has the peer forget the old ones");
        assertNothingLeft(pair);
    }

    @Test
    void the_peer_cannot_know_so_a_passive_tunnel_that_was_up_is_begun_here() {
        Pair pair = connected(StartMode.PASSIVE);
        address(pair, NEW);
        pair.advance(SOON);
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void a_tunnel_that_was_down_stays_down() {
        Pair pair = connected(StartMode.ON_DEMAND);
        pair.a().event(new Event.Down("site", false));
        pair.advance(SOON);
        int sent = pair.a().sent.size();
        address(pair, NEW);
        pair.advance(Duration.ofMinutes(5));
        assertEquals(sent, pair.a().sent.size());
        assertNothingLeft(pair);
    }

    @Test
    void a_negotiation_under_way_begins_anew() {
        Pair pair = pair(StartMode.ALWAYS);
        address(pair, Pair.A);
        pair.a().start();
        pair.b().start();
        pair.lose(_ -> true);
        pair.advance(Duration.ofSeconds(30));
        pair.lose(_ -> false);
        address(pair, NEW);
        pair.advance(Duration.ofSeconds(1));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void an_address_that_comes_back_costs_nothing() {
        Pair pair = connected(StartMode.ALWAYS);
        Set<SaId> before = Set.copyOf(pair.a().installed.keySet());
        address(pair);
        pair.advance(SOON);
        address(pair, Pair.A);
        pair.advance(SOON);
        assertEquals(before, pair.a().installed.keySet());
        assertNothingLeft(pair);
    }

    @Test
    void without_an_address_nothing_is_sent_and_the_reason_is_told() {
        Pair pair = pair(StartMode.ALWAYS);
        address(pair);
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofMinutes(10));
        assertEquals(List.of(), pair.a().sent);
        var failure = pair.a().status().lastFailure().orElseThrow();
        assertEquals("no_local_address", failure.reason());
        assertTrue(failure.text().contains("eth0"), failure.text());
        address(pair, NEW);
        pair.advance(SOON);
        pair.assertConnected();
        assertEquals(State.UP, pair.a().status().state());
        assertNothingLeft(pair);
    }

    @Test
    void an_identity_that_is_the_address_changes_with_it() {
        Pair pair = new Pair(
                ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), draft -> {
                    draft.local = ETH0;
                    draft.localId = Identity.unspecified(false);
                }),
                ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), draft -> {
                    draft.remoteHosts = List.of();
                    draft.remoteId = Identity.of(NEW);
                }));
        address(pair, Pair.A);
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        assertNotEquals(State.UP, pair.b().status().state(), "it does not know that identity");
        address(pair, NEW);
        pair.advance(SOON);
        pair.assertConnected();
        assertEquals(NEW.getHostAddress(), pair.a().status().localId());
        assertNothingLeft(pair);
    }
}
