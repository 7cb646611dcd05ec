package io.vanth.ike.session;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Circumstances.Said;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.explain.Account;
import io.vanth.ike.explain.Comparison;
import io.vanth.ike.explain.Comparison.Relation;
import io.vanth.ike.explain.Explainer;
import io.vanth.ike.explain.Explanation;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.manual.ManualPolicy;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.ExchangeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// For each cause: what both sides are told, and what to do about it (O-5).
class ExplanationTest {
    private static final int EXCHANGE = 18;
    private static final String SECRET = "correct horse battery staple";

    private static Connection a() {
        return Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS);
    }

    private static Connection b() {
        return Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE);
    }

    /// A pair whose second side is otherwise, after a minute.
    private static Pair failing(UnaryOperator<Connection> other) {
        return failing(new Pair(a(), other.apply(b())));
    }

    private static Pair failing(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofMinutes(3));
        return pair;
    }

    private static Explanation latest(Pair.Host host) {
        Account account = account(host);
        assertFalse(account.failures().isEmpty(), "nothing to explain");
        return account.failures().getFirst();
    }

    private static Account account(Pair.Host host) {
        return Account.of(host.engine.diagnose("site").orElseThrow());
    }

    private static void assertRemedy(Explanation explanation, String... texts) {
        for (String text : texts) {
            assertTrue(explanation.causes().stream().anyMatch(each -> each.remedy().contains(text)),
                    () -> text + " is in no remedy of " + explanation);
        }
    }

    private static List<String> differing(Explanation explanation) {
        return explanation.comparisons().stream().flatMap(each -> each.rows().stream())
                .filter(row -> row.relation() == Relation.DIFFERS)
                .map(row -> "%s: %s, %s".formatted(row.what(), row.ours(), row.theirs())).toList();
    }

    @Test
    void a_wrong_key_is_the_probable_cause_on_both_sides() {
        var pair = failing(b -> Pair.with(b, Pair.psk("something else altogether"), "aes256-sha256-ecp256",
                Encapsulation.AUTO));
        assertEquals("pre_shared_key_mismatch", latest(pair.b()).reason());
        assertRemedy(latest(pair.b()), "connections.site.psk");
        assertEquals("main mode message 5", latest(pair.b()).scene().orElseThrow().progress().stage());
        assertRemedy(latest(pair.a()), "connections.site.psk");
        assertEquals("main mode message 6", latest(pair.a()).scene().orElseThrow().progress().stage());
        assertFalse(account(pair.a()).toString().contains(SECRET));
        // What the wrong key makes of the message is different each time, and still the same failure.
        assertEquals(1, account(pair.b()).failures().stream()
                .filter(each -> each.reason().equals("pre_shared_key_mismatch")).count());
    }

    /// It ended while the daemon ran; the peer only says that it does not take it.
    @Test
    void our_certificate_that_has_expired_is_named_at_both_ends() {
        var pair = failing(new Pair(ConnectionWords.apply(a(), List.of("auth expiredCertificate")),
                ConnectionWords.apply(b(), List.of("auth certificate"))));
        assertEquals("expired", latest(pair.b()).reason());
        assertRemedy(latest(pair.b()), "Renew the certificate that has expired");
        assertRemedy(latest(pair.a()), "have the certificate of connections.site.certificate renewed");
    }

    /// Whoever looks for a reason in what failed before looks in vain.
    @Test
    void what_the_operator_has_taken_down_is_said_to_be() {
        var pair = failing(UnaryOperator.identity());
        pair.a().event(new Event.Down("site", false));
        Account account = account(pair.a());
        assertTrue(account.takenDown());
        assertEquals("is taken down by the operator: until 'vanth up site', only the peer may bring it up",
                account.summary());
        pair.a().event(new Event.Down("site/lan", true));
        assertEquals("is taken down by the operator: until 'vanth up site', the peer is refused too",
                account(pair.a()).summary());
        pair.a().event(new Event.Up("site"));
        assertFalse(account(pair.a()).takenDown());
    }

    /// The tunnel is up all the while.
    @Test
    void our_own_route_may_be_in_the_way() {
        var pair = failing(UnaryOperator.identity());
        var group = a().tunnels().getFirst().group();
        pair.a().event(new Event.FromDataPlane(new DataPlaneEvent.RoutedBack(group, "vanth-site", Pair.B)));
        assertEquals("routed_back", latest(pair.a()).reason());
        assertRemedy(latest(pair.a()), "ip route add %s via ROUTER".formatted(Pair.B.getHostAddress()));
        assertEquals("is up", account(pair.a()).summary());
    }

    @Test
    void a_manual_policy_may_take_what_a_tunnel_is_for() {
        var pair = failing(UnaryOperator.identity());
        var diagnosis = pair.a().engine.diagnose("site").orElseThrow();
        var all = new TrafficPair(TrafficSelector.parse("0.0.0.0/0"), TrafficSelector.parse("0.0.0.0/0"));
        var first = new ManualPolicy("clear", 1000, all, new ManualPolicy.Bypass());
        var behind = new ManualPolicy("rest", 10_000, all, new ManualPolicy.Discard());
        String summary = Account.of(diagnosis, List.of(behind, first)).summary();
        assertTrue(summary.startsWith("is up; manual policy clear takes all packets of tunnel lan"), summary);
        assertEquals("is up", Account.of(diagnosis, List.of(behind)).summary());
    }

    /// A peer that cannot read message 5 may say nothing at all.
    @Test
    void a_silent_peer_is_spoken_of_while_it_is_asked_again() {
        var pair = new Pair(a(), Pair.with(b(), Pair.psk("something else altogether"), "aes256-sha256-ecp256",
                Encapsulation.AUTO));
        pair.network((from, bytes) -> from == pair.b() && bytes.at(18) == ExchangeType.INFORMATIONAL.code()
                ? List.of()
                : List.of(Duration.ofMillis(10)));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
        var waiting = pair.a().status().waiting().orElseThrow();
        assertEquals("main mode message 6", waiting.stage());
        assertEquals(0, waiting.resent());
        assertTrue(waiting.hint().contains("pre-shared keys differ"), waiting::hint);
        pair.advance(Duration.ofSeconds(5));
        assertEquals(1, pair.a().status().waiting().orElseThrow().resent());
        String summary = account(pair.a()).summary();
        assertTrue(summary.contains("no main mode message 6 yet, probably the pre-shared keys differ"), summary);
        pair.advance(Duration.ofMinutes(5));
        assertEquals("pre_shared_key_mismatch", latest(pair.b()).reason());
    }

    @Test
    void a_peer_that_begins_in_aggressive_mode_is_told_of() {
        var pair = failing(new Pair(ConnectionDraft.change(a(), draft -> draft.mode = PhaseOneMode.AGGRESSIVE), b()));
        assertEquals("unsupported", latest(pair.b()).reason());
        assertRemedy(latest(pair.b()), "connections.site.mode: aggressive here");
    }

    @Test
    void the_responder_sees_which_phase_one_attribute_differs() {
        var pair = failing(b -> Pair.with(b, Pair.psk(SECRET), "aes256-sha256-modp2048", Encapsulation.AUTO));
        assertEquals("no_proposal_chosen", latest(pair.b()).reason());
        assertEquals(List.of("group: modp2048, ecp256"), differing(latest(pair.b())));
        assertRemedy(latest(pair.b()), "Add aes256-sha256-ecp256 to connections.site.proposals here",
                "aes256-sha256-modp2048 at the peer");
    }

    @Test
    void the_initiator_knows_only_its_own_side_and_the_notify() {
        var pair = failing(b -> Pair.with(b, Pair.psk(SECRET), "aes256-sha256-modp2048", Encapsulation.AUTO));
        Explanation explanation = latest(pair.a());
        assertEquals(List.of(new Said("NO-PROPOSAL-CHOSEN", false)),
                explanation.scene().orElseThrow().progress().said());
        assertTrue(explanation.comparisons().getFirst().rows().stream()
                .allMatch(row -> row.relation() == Relation.UNKNOWN), explanation::toString);
        assertTrue(explanation.comparisons().getFirst().notes().getFirst().contains("nothing of its side"));
        assertRemedy(explanation, "connections.site.proposals");
        assertTrue(explanation.causes().stream().anyMatch(each -> each.why().contains("not authenticated")));
    }

    @Test
    void the_responder_sees_which_phase_two_attribute_differs() {
        var pair = failing(b -> Pair.with(b, tunnel -> proposals(tunnel, "aes128gcm16-modp2048")));
        assertEquals("no_proposal_chosen", latest(pair.b()).reason());
        assertEquals(List.of("PFS group: modp2048, none"), differing(latest(pair.b())));
        assertRemedy(latest(pair.b()), "connections.site.tunnels.lan.proposals here");
        assertEquals("peer_refused", latest(pair.a()).reason());
        assertEquals(List.of(new Said("NO-PROPOSAL-CHOSEN", true)),
                latest(pair.a()).scene().orElseThrow().progress().said());
        assertRemedy(latest(pair.a()), "connections.site.tunnels.lan.proposals here");
    }

    private static Tunnel proposals(Tunnel tunnel, String esp) {
        return new Tunnel(tunnel.name(), tunnel.group(), tunnel.traffic(), List.of(ProposalNames.parseEsp(esp)),
                tunnel.lifetime(), tunnel.start());
    }

    @Test
    void other_networks_are_named_side_by_side() {
        var other = new TrafficPair(TrafficSelector.parse("10.9.0.0/24"), TrafficSelector.parse("10.1.0.0/24"));
        var pair = failing(b -> Pair.with(b, tunnel -> new Tunnel(tunnel.name(), tunnel.group(), other,
                tunnel.proposals(), tunnel.lifetime(), tunnel.start())));
        assertEquals("selector_mismatch", latest(pair.b()).reason());
        assertEquals(List.of("of this side: 10.9.0.0/24, 10.2.0.0/24"), differing(latest(pair.b())));
        assertRemedy(latest(pair.b()),
                "Set connections.site.tunnels.lan.local: 10.2.0.0/24 here, or 10.9.0.0/24 at the peer");
        assertRemedy(latest(pair.a()), "connections.site.tunnels.lan.remote");
    }

    @Test
    void another_identity_is_named_with_both_ways_to_mend_it() {
        var pair = failing(b -> ConnectionDraft.change(b, draft -> draft.remoteId = Identity.parse("gw.example")));
        assertEquals("identity_mismatch", latest(pair.b()).reason());
        assertEquals(List.of("of the peer: gw.example, 192.0.2.1"), differing(latest(pair.b())));
        assertRemedy(latest(pair.b()), "connections.site.remote.id: \"192.0.2.1\" here", "to gw.example");
        assertRemedy(latest(pair.a()), "connections.site.local.id");
    }

    /// A peer that does not believe our last message of phase 1 may say so by a Delete alone.
    @Test
    void what_is_deleted_at_once_was_refused() {
        var pair = new Pair(a(), b());
        pair.lose(bytes -> bytes.at(EXCHANGE) == ExchangeType.QUICK_MODE.code());
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
        pair.a().event(new Event.Down("site", true));
        pair.advance(Duration.ofSeconds(1));
        Explanation refused = latest(pair.b());
        assertEquals("peer_refused", refused.reason());
        assertEquals(Report.Role.RESPONDER, refused.scene().orElseThrow().role());
        assertTrue(refused.causes().getFirst().why().startsWith("The peer does not accept our identity"),
                refused::toString);
        assertRemedy(refused, "connections.site.local.id here");
    }

    @Test
    void what_is_deleted_later_was_not() {
        var pair = new Pair(a(), b());
        pair.lose(bytes -> bytes.at(EXCHANGE) == ExchangeType.QUICK_MODE.code());
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(3));
        pair.a().event(new Event.Down("site", true));
        pair.advance(Duration.ofMillis(100));
        assertEquals(List.of(), account(pair.b()).failures());
    }

    /// The keys agree where the refusal could be read with them; the peer may look for another connection than ours.
    @Test
    void what_could_be_read_is_not_blamed_on_the_keys() {
        var refused = new Failure.PeerRefused("main mode message 5", "AUTHENTICATION-FAILED", "");
        Explanation explanation = Explainer.explain(a(), new Diagnosis.Entry(Optional.empty(),
                new EngineStatus.PastFailure(Instant.EPOCH, 1, new Incident(Instant.EPOCH, refused,
                        Optional.empty()))));
        assertRemedy(explanation, "connections.site.local.id", "Let both sides authenticate alike",
                "connections.site.mode");
        assertFalse(explanation.toString().contains("connections.site.psk"), explanation::toString);
    }

    @Test
    void silence_from_the_start_is_a_matter_of_reachability() {
        var pair = new Pair(a(), b());
        pair.lose(_ -> true);
        failing(pair).advance(Duration.ofMinutes(10));
        Explanation explanation = latest(pair.a());
        assertEquals("no_answer", explanation.reason());
        assertRemedy(explanation, "UDP port 500", "192.0.2.2");
        assertTrue(explanation.scene().orElseThrow().progress().resent() > 2, explanation::toString);
        assertTrue(explanation.times() > 1, explanation::toString);
    }

    @Test
    void silence_after_the_float_is_probably_a_blocked_port() {
        var pair = new Pair(Pair.with(a(), Pair.psk(SECRET), "aes256-sha256-ecp256", Encapsulation.YES),
                Pair.with(b(), Pair.psk(SECRET), "aes256-sha256-ecp256", Encapsulation.YES));
        // The encryption flag of the header (RFC 2408 section 3.1): from message 5 on.
        pair.lose(bytes -> (bytes.at(19) & 1) != 0);
        Explanation explanation = latest(failing(pair).a());
        assertEquals("no_answer", explanation.reason());
        assertTrue(explanation.causes().getFirst().remedy().contains("UDP port 4500"), explanation::toString);
        assertTrue(explanation.scene().orElseThrow().nat().found());
        assertRemedy(latest(pair.b()), "UDP port 4500");
    }

    @Test
    void a_dead_peer_and_a_refusing_data_plane_are_explained() {
        var pair = new Pair(a(), b());
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(5));
        pair.assertConnected();
        pair.b().dead = true;
        pair.advance(Duration.ofMinutes(5));
        assertTrue(account(pair.a()).failures().stream().anyMatch(each -> each.reason().equals("peer_dead")));

        var refusing = new Pair(a(), b());
        refusing.a().refuses = effect -> effect instanceof Effect.InstallSa;
        assertRemedy(latest(failing(refusing).a()), "on this host");
    }

    @Test
    void what_failed_before_is_shown_when_it_is_up() {
        var pair = failing(b -> Pair.with(b, Pair.psk(SECRET), "aes256-sha256-modp2048", Encapsulation.AUTO));
        assertEquals(EngineStatus.State.DOWN, account(pair.b()).state());
        pair.restart(pair.b(), b());
        pair.b().start();
        pair.advance(Duration.ofMinutes(3));
        pair.assertConnected();
        Account account = account(pair.a());
        assertEquals(EngineStatus.State.UP, account.state());
        assertEquals("is up", account.summary());
        assertFalse(account.failures().isEmpty());
        assertTrue(pair.a().status().lastFailure().isEmpty());
    }

    @Test
    void a_hundred_failures_take_no_more_room_than_eight() {
        var pair = new Pair(a(), b());
        pair.a().start();
        for (int i = 0; i < 100; i++) {
            int other = i;
            pair.restart(pair.b(), ConnectionDraft.change(b(), draft -> {
                draft.remoteId = Identity.parse("gw%d.example".formatted(other));
                draft.localId = Identity.parse("other%d.example".formatted(other));
            }));
            pair.b().start();
            pair.advance(Duration.ofMinutes(2));
        }
        assertTrue(account(pair.a()).failures().size() <= 16, () -> account(pair.a()).toString());
    }

    @Test
    void nothing_to_explain_is_said_too() {
        var pair = new Pair(a(), b());
        pair.b().start();
        Account account = account(pair.b());
        assertEquals(List.of(), account.failures());
        assertTrue(account.summary().contains("waits for the peer"), account::toString);
        assertTrue(pair.b().engine.diagnose("nobody").isEmpty());
        assertTrue(pair.b().engine.diagnose("site/nothing").isEmpty());
        assertTrue(pair.b().engine.diagnose("site/lan").isPresent());
    }

    @Test
    void every_row_that_differs_has_both_sides() {
        var pair = failing(b -> Pair.with(b, Pair.psk(SECRET), "aes128-sha1-modp2048", Encapsulation.AUTO));
        for (Comparison comparison : latest(pair.b()).comparisons()) {
            comparison.rows().forEach(row -> assertFalse(row.ours().isEmpty() || row.theirs().isEmpty()));
        }
    }
}
