package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-21: where a peer is looked for.
class AddressesTest {
    private static final InetAddress NOWHERE = InetAddress.ofLiteral("192.0.2.77");
    private static final String NAME = "gw.example.org";

    private static Connection toA(PeerHost... hosts) {
        return ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                draft -> draft.remoteHosts = List.of(hosts));
    }

    private static Pair pair(PeerHost... hosts) {
        var pair = new Pair(toA(hosts), Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.b().start();
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
    void a_dead_address_is_followed_by_the_next() {
        Pair pair = pair(new PeerHost.Address(NOWHERE), new PeerHost.Address(Pair.B));
        pair.a().start();
        pair.advance(Duration.ofSeconds(10));
        assertEquals(State.NEGOTIATING, pair.a().status().state());
        pair.advance(Duration.ofSeconds(30));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void after_the_last_address_comes_the_first_again() {
        Pair pair = pair(new PeerHost.Address(Pair.B), new PeerHost.Address(NOWHERE));
        pair.b().dead = true;
        pair.a().start();
        pair.advance(Duration.ofMinutes(4));
        pair.b().dead = false;
        pair.advance(Duration.ofMinutes(4));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void a_name_is_resolved_and_all_its_addresses_are_tried() {
        Pair pair = pair(new PeerHost.Name(NAME));
        pair.a().names.put(NAME, List.of(NOWHERE, Pair.B));
        pair.a().start();
        pair.advance(Duration.ofMinutes(4));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void a_resolver_that_gives_another_order_each_time_keeps_no_address_from_its_turn() {
        Pair pair = pair(new PeerHost.Name(NAME));
        pair.a().names.put(NAME, List.of(NOWHERE, Pair.B));
        pair.a().start();
        pair.advance(Duration.ofSeconds(10));
        pair.a().names.put(NAME, List.of(Pair.B, NOWHERE));
        pair.advance(Duration.ofSeconds(40));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void a_name_without_an_address_is_a_failure_that_says_so_and_is_tried_again() {
        Pair pair = pair(new PeerHost.Name(NAME));
        pair.a().start();
        pair.advance(Duration.ofSeconds(30));
        EngineStatus.LastFailure failure = pair.a().status().lastFailure().orElseThrow();
        assertEquals("unresolved", failure.reason());
        assertTrue(failure.text().contains(NAME), failure.text());
        pair.a().names.put(NAME, List.of(Pair.B));
        pair.advance(Duration.ofMinutes(2));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void an_address_of_the_other_family_is_no_address_of_the_peer() {
        Pair pair = pair(new PeerHost.Name(NAME));
        pair.a().names.put(NAME, List.of(InetAddress.ofLiteral("2001:db8::2")));
        pair.a().start();
        pair.advance(Duration.ofSeconds(10));
        assertEquals("unresolved", pair.a().status().lastFailure().orElseThrow().reason());
        assertEquals(List.of(), pair.a().sent);
    }

    @Test
    void a_peer_that_is_known_by_name_is_answered_at_its_present_address() {
        Connection named = ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE),
                draft -> draft.remoteHosts = List.of(new PeerHost.Name("a.example.org")));
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), named);
        pair.b().names.put("a.example.org", List.of(NOWHERE));
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofSeconds(10));
        assertEquals(State.NEGOTIATING, pair.a().status().state());
        pair.b().names.put("a.example.org", List.of(Pair.A));
        pair.advance(Duration.ofMinutes(4));
        pair.assertConnected();
        assertNothingLeft(pair);
    }

    @Test
    void the_operator_ends_an_attempt_whose_name_is_being_looked_up() {
        Pair pair = pair(new PeerHost.Name(NAME));
        pair.a().names.put(NAME, List.of(Pair.B));
        pair.a().start();
        pair.a().event(new Event.Down("site", false));
        pair.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), pair.a().sent);
        assertNothingLeft(pair);
    }

    @Test
    void the_only_address_is_given_the_whole_time() {
        Pair pair = pair(new PeerHost.Address(NOWHERE));
        pair.a().start();
        pair.advance(Duration.ofMinutes(2));
        assertEquals(6, pair.a().sent.size());
        assertEquals(State.NEGOTIATING, pair.a().status().state());
    }

    /// Taken down and up again while the resolver is slow: what it said to the first question does not count.
    @Test
    void the_newest_of_two_lookups_counts() {
        Pair pair = pair(new PeerHost.Name(NAME));
        pair.a().start();
        pair.a().names.put(NAME, List.of(NOWHERE));
        pair.a().event(new Event.Down("site", false));
        pair.a().lookup = Duration.ofSeconds(10);
        pair.a().event(new Event.Up("site"));
        pair.advance(Duration.ofSeconds(5));
        pair.a().event(new Event.Down("site", false));
        pair.a().names.put(NAME, List.of(Pair.B));
        pair.a().event(new Event.Up("site"));
        pair.advance(Duration.ofSeconds(9));
        assertEquals(State.NEGOTIATING, pair.a().status().state());
        assertEquals(List.of(), pair.a().sent, "the first answer is not used");
        pair.advance(Duration.ofSeconds(2));
        pair.assertConnected();
    }

    @Test
    void an_answer_that_is_overtaken_by_a_newer_one_does_not_count() {
        Pair pair = pair(new PeerHost.Name(NAME));
        pair.a().start();
        pair.a().names.put(NAME, List.of(NOWHERE));
        pair.a().event(new Event.Down("site", false));
        pair.a().lookup = Duration.ofSeconds(10);
        pair.a().event(new Event.Up("site"));
        pair.advance(Duration.ofSeconds(1));
        pair.a().event(new Event.Down("site", false));
        pair.a().names.put(NAME, List.of(Pair.B));
        pair.a().lookup = Duration.ofSeconds(1);
        pair.a().event(new Event.Up("site"));
        pair.advance(Duration.ofSeconds(20));
        pair.assertConnected();
        pair.a().event(new Event.Rekey("site"));
        pair.advance(Duration.ofSeconds(10));
        pair.assertConnected();
    }
}
