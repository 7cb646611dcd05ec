package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Both modes of phase 1 with every way to authenticate: what succeeds, what is refused and how it is explained, and what
/// loss, duplicates, reordering and forgeries must not do.
class PhaseOneTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    static Stream<Arguments> all() {
        return Arrays.stream(PhaseOneMode.values()).flatMap(mode -> Arrays.stream(Authentications.values())
                .map(each -> Arguments.of(mode, each)));
    }

    private static Connection end(InetAddress own, PhaseOneMode mode, Authentications authentications,
            Consumer<ConnectionDraft> change) {
        boolean first = own.equals(Pair.A);
        Connection of = Pair.connection(own, first ? Pair.B : Pair.A, first ? StartMode.ALWAYS : StartMode.PASSIVE);
        return ConnectionDraft.change(of, draft -> {
            draft.mode = mode;
            draft.authentication = authentications.of(first);
            change.accept(draft);
        });
    }

    private static Connection end(InetAddress own, PhaseOneMode mode, Authentications authentications) {
        return end(own, mode, authentications, _ -> {});
    }

    private static Pair pair(PhaseOneMode mode, Authentications authentications) {
        return new Pair(end(Pair.A, mode, authentications), end(Pair.B, mode, authentications));
    }

    private static void start(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(SOON);
    }

    private static String reason(Pair.Host host) {
        return host.status().lastFailure().orElseThrow().reason();
    }

    private static List<String> failures(Pair.Host host) {
        return host.reports(Report.Failed.class).stream().map(each -> each.failure().label()).toList();
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_tunnel_comes_up(PhaseOneMode mode, Authentications authentications) {
        var pair = pair(mode, authentications);
        start(pair);
        pair.assertConnected();
        assertEquals(List.of(), failures(pair.a()));
        assertEquals(List.of(), failures(pair.b()));
        assertEquals(mode == PhaseOneMode.MAIN ? 9 : 6, pair.a().sent.size() + pair.b().sent.size());
        pair.a().event(new Event.Down("site", false));
        pair.b().event(new Event.Shutdown());
        pair.advance(Duration.ofMinutes(10));
        pair.a().assertEmpty();
        pair.b().assertEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void any_one_lost_datagram_is_made_good(PhaseOneMode mode, Authentications authentications) {
        for (int victim = 0; victim < 9; victim++) {
            var pair = pair(mode, authentications);
            var count = new AtomicInteger();
            int lost = victim;
            pair.lose(_ -> count.getAndIncrement() == lost);
            start(pair);
            pair.advance(Duration.ofSeconds(20));
            pair.assertConnected();
            assertEquals(2, pair.a().installed.size(), "lost " + victim);
            assertEquals(2, pair.b().installed.size(), "lost " + victim);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void duplicates_and_disorder_make_one_tunnel(PhaseOneMode mode, Authentications authentications) {
        for (int seed = 0; seed < 8; seed++) {
            var pair = pair(mode, authentications);
            var random = new Random(seed);
            pair.copies(3);
            pair.delay(() -> Duration.ofMillis(random.nextInt(200)));
            start(pair);
            pair.advance(Duration.ofSeconds(30));
            pair.assertConnected();
            assertEquals(1, pair.a().reports(Report.TunnelUp.class).size());
            assertEquals(1, pair.b().reports(Report.TunnelUp.class).size());
        }
    }

    /// Mutants of a message come in its place, changed where something authenticates it: nothing ever does so with vendor
    /// ids and with the NAT-D payloads at the end.
    @ParameterizedTest
    @MethodSource("all")
    void garbage_at_each_step_ends_nothing(PhaseOneMode mode, Authentications authentications) {
        var random = new Random(11);
        for (int run = 0; run < 12; run++) {
            var pair = pair(mode, authentications);
            int victim = run % 6;
            var count = new AtomicInteger();
            pair.tamper(bytes -> count.getAndIncrement() == victim ? mutants(bytes, random) : List.of(bytes));
            start(pair);
            pair.advance(Duration.ofMinutes(10));
            pair.assertConnected();
        }
    }

    private static List<Bytes> mutants(Bytes bytes, Random random) {
        var all = new ArrayList<Bytes>();
        boolean encrypted = (bytes.at(19) & IsakmpHeader.FLAG_ENCRYPTED) != 0;
        for (int i = 0; i < 12; i++) {
            byte[] changed = bytes.toArray();
            changed[IsakmpHeader.BYTES + random.nextInt(encrypted ? 32 : 100)] ^= (byte) (1 + random.nextInt(255));
            all.add(Bytes.owning(changed));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_wrong_key_of_the_initiator_is_refused(PhaseOneMode mode, Authentications authentications) {
        var pair = new Pair(
                end(Pair.A, mode, authentications, draft -> draft.authentication = authentications.impostor(true)),
                end(Pair.B, mode, authentications));
        start(pair);
        pair.advance(Duration.ofMinutes(5));
        assertTrue(pair.a().installed.isEmpty());
        assertTrue(pair.b().installed.isEmpty());
        assertTrue(pair.b().reports(Report.Succeeded.class).isEmpty());
        boolean shared = authentications == Authentications.PRE_SHARED_KEY;
        // In aggressive mode the responder proves itself first, and the initiator sees that the keys differ.
        Pair.Host judge = shared && mode == PhaseOneMode.AGGRESSIVE ? pair.a() : pair.b();
        assertTrue(failures(judge).contains(shared ? "pre_shared_key_mismatch" : "bad_signature"),
                failures(judge)::toString);
    }

    /// What comes again is the same datagram, which is judged each time, as it may follow a forgery.
    @ParameterizedTest
    @EnumSource(PhaseOneMode.class)
    void s22_a_half_open_negotiation_has_few_bad_proofs_judged(PhaseOneMode mode) {
        var pair = new Pair(end(Pair.A, mode, Authentications.ECDSA_256,
                draft -> draft.authentication = Authentications.ECDSA_256.impostor(true)),
                end(Pair.B, mode, Authentications.ECDSA_256));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofMillis(500));
        var proof = pair.recorded().stream().filter(each -> each.to().equals(Pair.B)
                && (each.datagram().bytes().at(19) & IsakmpHeader.FLAG_ENCRYPTED) != 0).findFirst().orElseThrow();
        pair.a().dead = true;
        for (int again = 0; again < 20; again++) {
            pair.b().event(proof.datagram());
            pair.advance(Duration.ofMillis(20));
        }
        assertEquals(3, failures(pair.b()).stream().filter("bad_signature"::equals).count());
        assertEquals(1, pair.b().engine.status(pair.now()).halfOpen());
        pair.advance(Duration.ofSeconds(31));
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_wrong_key_of_the_responder_is_refused(PhaseOneMode mode, Authentications authentications) {
        var pair = new Pair(end(Pair.A, mode, authentications),
                end(Pair.B, mode, authentications, draft -> draft.authentication = authentications.impostor(false)));
        start(pair);
        assertTrue(pair.a().installed.isEmpty());
        assertTrue(pair.a().reports(Report.Succeeded.class).isEmpty());
        boolean shared = authentications == Authentications.PRE_SHARED_KEY;
        Pair.Host judge = shared && mode == PhaseOneMode.MAIN ? pair.b() : pair.a();
        assertTrue(failures(judge).contains(shared ? "pre_shared_key_mismatch" : "bad_signature"),
                failures(judge)::toString);
    }

    @ParameterizedTest
    @MethodSource("all")
    void an_identity_that_nobody_expects_is_refused(PhaseOneMode mode, Authentications authentications) {
        var stranger = Identity.parse("stranger.example");
        var pair = new Pair(end(Pair.A, mode, authentications, draft -> draft.localId = stranger),
                end(Pair.B, mode, authentications));
        start(pair);
        assertTrue(pair.a().installed.isEmpty());
        assertEquals("identity_mismatch", reason(pair.b()));
        assertTrue(pair.a().status().lastFailure().orElseThrow().text().contains("INVALID-ID-INFORMATION"),
                pair.a().status().lastFailure()::toString);
        var other = new Pair(end(Pair.A, mode, authentications),
                end(Pair.B, mode, authentications, draft -> draft.localId = stranger));
        start(other);
        assertTrue(other.a().installed.isEmpty());
        assertEquals("identity_mismatch", reason(other.a()));
        other.advance(Duration.ofSeconds(3));
        assertEquals(mode == PhaseOneMode.MAIN, !other.b().reports(Report.SessionEnded.class).isEmpty(),
                "in main mode it was up, and was refused under the keys");
    }

    @ParameterizedTest
    @EnumSource(PhaseOneMode.class)
    void identities_of_every_type_are_taken(PhaseOneMode mode) {
        for (String text : List.of("gw.example.org", "admin@example.org", "@#0badcafe", "10.9.9.9", "2001:db8::7")) {
            var pair = new Pair(
                    end(Pair.A, mode, Authentications.ECDSA_256, draft -> draft.localId = Identity.parse(text)),
                    end(Pair.B, mode, Authentications.ECDSA_256, draft -> draft.remoteId = Identity.parse(text)));
            start(pair);
            pair.assertConnected();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_nat_is_found_and_both_go_to_the_nat_traversal_port(PhaseOneMode mode, Authentications authentications) {
        var pair = new Pair(
                end(Pair.A, mode, authentications, draft -> draft.encapsulation = Encapsulation.YES),
                end(Pair.B, mode, authentications));
        start(pair);
        pair.assertConnected();
        for (var host : List.of(pair.a(), pair.b())) {
            assertTrue(host.status().isakmp().orElseThrow().natTraversal());
            assertTrue(host.installed.values().stream().allMatch(each -> each.encapsulation().isPresent()));
        }
        pair.advance(Duration.ofMinutes(1));
        assertTrue(pair.a().keepalives > 0);
    }

    @ParameterizedTest
    @EnumSource(PhaseOneMode.class)
    void initial_contact_is_believed_when_it_is_authentic(PhaseOneMode mode) {
        var pair = pair(mode, Authentications.ECDSA_256);
        start(pair);
        pair.restart(pair.a(), end(Pair.A, mode, Authentications.ECDSA_256));
        pair.a().start();
        pair.advance(SOON);
        pair.assertConnected();
        pair.advance(Duration.ofSeconds(12));
        assertEquals(2, pair.b().installed.size(), "the SAs of before the restart are gone");
    }

    /// RFC 2409 section 5 lets the group be negotiated in main mode only.
    @Test
    void aggressive_mode_offers_the_group_of_its_first_proposal_alone() {
        Consumer<ConnectionDraft> several = draft -> draft.proposals = Stream
                .of("aes256-sha256-ecp256", "aes128-sha256-modp2048", "aes128-sha256-ecp256")
                .map(ProposalNames::parseIke).toList();
        Consumer<ConnectionDraft> last = draft -> draft.proposals = List
                .of(ProposalNames.parseIke("aes128-sha256-ecp256"));
        var pair = new Pair(end(Pair.A, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY, several),
                end(Pair.B, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY, last));
        start(pair);
        pair.assertConnected();
        assertEquals("aes128-sha256-ecp256", pair.a().status().isakmp().orElseThrow().proposal());
        Consumer<ConnectionDraft> other = draft -> draft.proposals = List
                .of(ProposalNames.parseIke("aes128-sha256-modp2048"));
        var apart = new Pair(end(Pair.A, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY, several),
                end(Pair.B, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY, other));
        start(apart);
        assertEquals("no_proposal_chosen", reason(apart.b()));
    }

    @Test
    void aggressive_mode_is_answered_only_where_it_is_configured() {
        var pair = new Pair(end(Pair.A, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY),
                end(Pair.B, PhaseOneMode.MAIN, Authentications.PRE_SHARED_KEY));
        start(pair);
        assertTrue(pair.a().installed.isEmpty());
        assertTrue(failures(pair.b()).contains("unsupported"));
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
        var main = new Pair(end(Pair.A, PhaseOneMode.MAIN, Authentications.PRE_SHARED_KEY),
                end(Pair.B, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY));
        start(main);
        main.assertConnected();
    }

    /// Message 1 says who calls, so each peer of any address has a key of its own.
    @Test
    void road_warriors_with_different_keys_are_told_apart_in_aggressive_mode() {
        Consumer<ConnectionDraft> caller = draft -> {
            draft.localId = Identity.parse("bob@example.org");
            draft.authentication = Authentications.PRE_SHARED_KEY.impostor(true);
        };
        var pair = new Pair(List.of(end(Pair.A, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY, caller)),
                List.of(warrior("alice", Authentications.PRE_SHARED_KEY.of(false)),
                        warrior("bob", Authentications.PRE_SHARED_KEY.impostor(false))));
        start(pair);
        var connections = pair.b().engine.status(pair.now()).connections();
        assertEquals(EngineStatus.State.DOWN, connections.getFirst().state());
        assertEquals(EngineStatus.State.UP, connections.getLast().state());
    }

    private static Connection warrior(String name, Authentication authentication) {
        return end(Pair.B, PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY, draft -> {
            draft.name = name;
            draft.remoteHosts = List.of();
            draft.remoteId = Identity.parse(name + "@example.org");
            draft.authentication = authentication;
        });
    }

    /// One responder, a connection with a pre-shared key and one with signatures, whose peers have any address.
    @ParameterizedTest
    @EnumSource(value = Authentications.class, names = {"PRE_SHARED_KEY", "RSA", "ECDSA_256"})
    void the_method_chooses_among_connections(Authentications authentications) {
        List<Connection> responders = new ArrayList<>();
        for (var each : List.of(Authentications.PRE_SHARED_KEY, Authentications.RSA, Authentications.ECDSA_256)) {
            responders.add(end(Pair.B, PhaseOneMode.MAIN, each, draft -> {
                draft.name = each.name();
                draft.remoteHosts = List.of();
            }));
        }
        var pair = new Pair(List.of(end(Pair.A, PhaseOneMode.MAIN, authentications)), responders);
        start(pair);
        var up = pair.b().engine.status(pair.now()).connections().stream()
                .filter(each -> each.state() == EngineStatus.State.UP).map(EngineStatus.ConnectionStatus::name)
                .toList();
        assertEquals(List.of(authentications.name()), up);
    }

    /// With signatures who the peer is decides; its address does not.
    @Test
    void the_identity_chooses_among_connections_with_signatures() {
        List<Connection> responders = Stream.of("alice", "bob").map(name -> end(Pair.B, PhaseOneMode.MAIN,
                Authentications.ECDSA_256, draft -> {
                    draft.name = name;
                    draft.remoteHosts = List.of();
                    draft.remoteId = Identity.parse(name + "@example.org");
                })).toList();
        var pair = new Pair(List.of(end(Pair.A, PhaseOneMode.MAIN, Authentications.ECDSA_256,
                draft -> draft.localId = Identity.parse("bob@example.org"))), responders);
        start(pair);
        assertEquals(EngineStatus.State.UP, pair.b().engine.status(pair.now()).connections().getLast().state());
    }

    /// I-6: a key of the peer's address goes before one for any.
    @Test
    void a_key_for_the_address_goes_before_one_for_any() {
        Connection any = end(Pair.B, PhaseOneMode.MAIN, Authentications.PRE_SHARED_KEY, draft -> {
            draft.name = "any";
            draft.remoteHosts = List.of();
            draft.remoteId = Identity.parse("any.example.org");
            draft.authentication = Authentications.PRE_SHARED_KEY.impostor(false);
        });
        var pair = new Pair(List.of(end(Pair.A, PhaseOneMode.MAIN, Authentications.PRE_SHARED_KEY)),
                List.of(any, end(Pair.B, PhaseOneMode.MAIN, Authentications.PRE_SHARED_KEY)));
        start(pair);
        assertEquals(EngineStatus.State.UP, pair.b().engine.status(pair.now()).connections().getLast().state());
    }

    @ParameterizedTest
    @MethodSource("all")
    void s17_reflected_messages_are_refused(PhaseOneMode mode, Authentications authentications) {
        var pair = pair(mode, authentications);
        pair.b().dead = true;
        pair.a().start();
        pair.advance(SOON);
        for (int round = 0; round < 4; round++) {
            for (Bytes own : List.copyOf(pair.a().sent)) {
                pair.a().event(new Event.Datagram(
                        new Path(new InetSocketAddress(Pair.A, 500), new InetSocketAddress(Pair.B, 500), false),
                        own));
            }
            pair.advance(SOON);
        }
        assertEquals(1, pair.a().engine.status(pair.now()).halfOpen());
        assertTrue(pair.a().installed.isEmpty());
        var live = pair(mode, authentications);
        start(live);
        live.assertConnected();
        var before = List.copyOf(live.a().installed.keySet());
        for (var each : live.recorded()) {
            var sender = live.host(each.to()) == live.a() ? live.b() : live.a();
            sender.event(each.datagram());
        }
        live.advance(SOON);
        assertEquals(before, List.copyOf(live.a().installed.keySet()));
        live.assertConnected();
    }

    /// RFC 2407 section 4.6.3.1: the answer repeats the offered lifetime, so that the shorter one is told with message 6.
    @Test
    void a_responder_with_a_shorter_lifetime_of_phase_one_says_so_and_the_initiator_keeps_to_it() {
        var pair = new Pair(end(Pair.A, PhaseOneMode.MAIN, Authentications.PRE_SHARED_KEY),
                end(Pair.B, PhaseOneMode.MAIN, Authentications.PRE_SHARED_KEY,
                        draft -> draft.lifetime = Duration.ofMinutes(10)));
        start(pair);
        var isakmp = pair.a().status().isakmp().orElseThrow();
        assertEquals(Duration.ofMinutes(10), Duration.between(isakmp.established(), isakmp.expires()));
    }

    /// S-16: RSA encryption is not even considered, whatever keys there are.
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5, 65001})
    void s16_other_methods_are_refused_without_any_operation_with_a_key(int method) {
        for (PhaseOneMode mode : PhaseOneMode.values()) {
            var pair = pair(mode, Authentications.RSA);
            pair.tamper(bytes -> List.of(bytes.longAt(8) == 0 ? withMethod(bytes, method) : bytes));
            start(pair);
            assertTrue(failures(pair.b()).contains("no_proposal_chosen"), failures(pair.b())::toString);
            assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
        }
    }

    /// Attribute 3 in its basic form, wherever it stands in the offer.
    private static Bytes withMethod(Bytes message, int method) {
        byte[] changed = message.toArray();
        for (int at = IsakmpHeader.BYTES; at < 200; at++) {
            if (changed[at] == (byte) 0x80 && changed[at + 1] == 3 && changed[at + 2] == 0 && changed[at + 3] == 3) {
                changed[at + 2] = (byte) (method >>> 8);
                changed[at + 3] = (byte) method;
            }
        }
        return Bytes.owning(changed);
    }

    /// S-23: half-open negotiations of aggressive mode end like the others, and are not answered more than they brought.
    @Test
    void s23_an_aggressive_mode_that_is_not_finished_leaves_nothing_and_amplifies_little() {
        var pair = pair(PhaseOneMode.AGGRESSIVE, Authentications.PRE_SHARED_KEY);
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofMillis(5));
        pair.a().dead = true;
        int in = pair.a().sent.getFirst().length();
        pair.advance(Duration.ofSeconds(40));
        long out = pair.b().sent.stream().mapToLong(Bytes::length).sum();
        assertTrue(out <= in * 3L, out + " bytes out for " + in);
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
        assertFalse(pair.b().sent.isEmpty());
    }
}
