package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.decode.CaptureFile;
import io.vanth.ike.decode.KeyTable;
import io.vanth.ike.explain.Account;
import io.vanth.ike.explain.Comparison.Relation;
import io.vanth.ike.explain.Explanation;
import io.vanth.ike.explain.capture.CaptureExplainer;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.EngineStatus.State;
import io.vanth.ike.wire.ExchangeType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What a capture of a negotiation tells, from either side and without a configuration (O-5).
class CaptureExplanationTest {
    private static final String SUITE = "aes256-sha256-ecp256";
    private static final String SECRET = "correct horse battery staple";

    @TempDir
    private Path folder;

    private static Connection a() {
        return Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS);
    }

    private static Connection b() {
        return Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE);
    }

    /// The last account of what the two send each other in a minute, for who has `connections`.
    private Account of(Pair pair, Connection... connections) throws IOException {
        var capture = Capture.of(pair);
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofMinutes(1));
        return explain(capture, connections).getLast();
    }

    private List<Account> explain(Capture capture, Connection... connections) throws IOException {
        Path file = capture.write(folder.resolve("wire.pcap"));
        return CaptureExplainer.explain(CaptureFile.read(file, KeyTable.empty()), List.of(connections), true)
                .accounts();
    }

    private static Pair with(UnaryOperator<Connection> other) {
        return new Pair(a(), other.apply(b()));
    }

    private static void assertSays(Account account, String... texts) {
        for (String text : texts) {
            assertTrue(account.toString().contains(text), () -> text + " is not in " + account);
        }
    }

    private static String stage(Account account) {
        return account.failures().getFirst().scene().orElseThrow().progress().stage();
    }

    @Test
    void whatCameUpIsUp() throws IOException {
        Account account = of(new Pair(a(), b()));
        assertEquals(State.UP, account.state(), account::toString);
        assertEquals("192.0.2.1 to 192.0.2.2", account.name());
        assertEquals("site", of(new Pair(a(), b()), b()).name());
    }

    @Test
    void aRefusedProposalShowsWhatWasOffered() throws IOException {
        Account account = of(with(b -> Pair.with(b, Pair.psk(SECRET), "aes256-sha256-modp2048", Encapsulation.AUTO)));
        assertEquals(State.DOWN, account.state());
        assertEquals("main mode message 2", stage(account));
        assertSays(account, "NO-PROPOSAL-CHOSEN (not authenticated)", "none of our phase 1 proposals: " + SUITE,
                "connections.NAME.proposals");
    }

    @Test
    void aRefusedProposalIsComparedWithTheConfigurationOfWhoRefused() throws IOException {
        Connection other = Pair.with(b(), Pair.psk(SECRET), "aes256-sha256-modp2048", Encapsulation.AUTO);
        Account account = of(new Pair(a(), other), other);
        Explanation explanation = account.failures().getFirst();
        assertEquals("no_proposal_chosen", explanation.reason());
        assertEquals(List.of("group"), explanation.comparisons().getFirst().rows().stream()
                .filter(each -> each.relation() == Relation.DIFFERS).map(each -> each.what()).toList());
        assertSays(account, "Add aes256-sha256-ecp256 to connections.site.proposals here");
    }

    @Test
    void aWrongKeyIsNamedOnBothSides() throws IOException {
        Connection other = Pair.with(b(), Pair.psk("something else altogether"), SUITE, Encapsulation.AUTO);
        Account atA = of(new Pair(a(), other), a());
        assertEquals("main mode message 6", stage(atA));
        assertSays(atA, "pre-shared keys differ", "connections.site.psk");
        Account atB = of(new Pair(a(), other), other);
        assertEquals("pre_shared_key_mismatch", atB.failures().getFirst().reason());
    }

    @Test
    void anIdentityThatIsNotLikedIsRefusedInAnEncryptedNotify() throws IOException {
        Account account = of(with(b -> ConnectionDraft.change(b,
                draft -> draft.remoteId = io.vanth.ike.identity.Identity.parse("somebody.example"))), a());
        assertSays(account, "an encrypted notify", "The peer does not accept our identity",
                "connections.site.local.id");
        assertSays(account, "nobody can tell what it says", "Let both sides authenticate alike",
                "connections.site.psk");
    }

    private static UnaryOperator<Connection> expecting(String peer, PhaseOneMode mode) {
        return of -> ConnectionDraft.change(of, draft -> {
            draft.remoteId = io.vanth.ike.identity.Identity.parse(peer);
            draft.mode = mode;
        });
    }

    @Test
    void anIdentityThatThisSideDoesNotLikeIsWhatItProbablyRefused() throws IOException {
        Connection own = expecting("somebody.example", PhaseOneMode.MAIN).apply(a());
        Account account = of(new Pair(own, b()), own);
        assertEquals("refused_here", account.failures().getFirst().reason());
        assertEquals("main mode message 6", stage(account));
        assertSays(account, "it expects somebody.example, and the pre-shared keys agree",
                "this capture with --keys; then set connections.site.remote.id here");
    }

    @Test
    void inAggressiveModeTheIdentityIsThereToRead() throws IOException {
        Connection own = expecting("somebody.example", PhaseOneMode.AGGRESSIVE).apply(a());
        Connection peer = expecting("192.0.2.1", PhaseOneMode.AGGRESSIVE).apply(b());
        Account account = of(new Pair(own, peer), own);
        assertEquals("identity_mismatch", account.failures().getFirst().reason());
        assertSays(account, "The peer calls itself 192.0.2.2", "Set connections.site.remote.id: \"192.0.2.2\" here");
    }

    /// strongSwan encrypts its complaint with the other key. Who cannot read it sends again.
    @Test
    void aWrongKeyMayBeRefusedInAnEncryptedNotifyToo() throws IOException {
        var pair = with(b -> ConnectionDraft.change(b,
                draft -> draft.remoteId = io.vanth.ike.identity.Identity.parse("somebody.example")));
        // Nobody gets the refusal; the capture shows it all the same.
        pair.network((from, bytes) -> from == pair.b() && bytes.at(18) == ExchangeType.INFORMATIONAL.code()
                ? List.of()
                : List.of(Duration.ofMillis(10)));
        Account account = of(pair, a());
        assertEquals("main mode message 6", stage(account));
        assertTrue(account.failures().getFirst().causes().getFirst().why().startsWith("The pre-shared keys differ"),
                account::toString);
    }

    @Test
    void otherNetworksAreRefusedInAnEncryptedNotify() throws IOException {
        Account account = of(with(b -> Pair.with(b, tunnel -> networks(tunnel, "10.99.0.0/24"))), a());
        assertEquals("quick mode message 2", stage(account));
        assertSays(account, "does not accept our networks", "connections.site.tunnels.lan.remote", "--keys");
    }

    private static Tunnel networks(Tunnel of, String local) {
        return new Tunnel(of.name(), of.group(), new TrafficPair(TrafficSelector.of(AddressRange.parse(local)),
                of.traffic().remote()), of.proposals(), of.lifetime(), of.start());
    }

    @Test
    void silenceSaysHowOftenAndBetweenWhom() throws IOException {
        var pair = new Pair(a(), b());
        pair.lose(_ -> true);
        Account account = of(pair);
        assertEquals("main mode message 2", stage(account));
        assertSays(account, "UDP port 500 is blocked", "192.0.2.1:500 to 192.0.2.2:500, sent 5 times in 48 s");
    }

    @Test
    void aPortThatNobodyListensOnIsNamed() throws IOException {
        var pair = new Pair(a(), b());
        pair.lose(_ -> true);
        var capture = Capture.of(pair);
        pair.a().start();
        pair.advance(Duration.ofSeconds(1));
        capture.closed(new InetSocketAddress(Pair.B, 0), new InetSocketAddress(Pair.A, 0));
        assertSays(explain(capture).getLast(), "nobody listens there", "Start the IKE daemon there",
                "port unreachable for 192.0.2.2:500");
    }

    @Test
    void aBlockedPort4500IsSuspected() throws IOException {
        var pair = new Pair(Pair.with(a(), Pair.psk(SECRET), SUITE, Encapsulation.YES), b());
        pair.network((from, bytes) -> pair.a().sent.size() > 2 ? List.of() : List.of(Duration.ofMillis(10)));
        Account account = of(pair, a());
        assertEquals("main mode message 6", stage(account));
        assertSays(account, "UDP port 4500, and that is blocked");
        assertTrue(account.failures().getFirst().scene().orElseThrow().nat().found());
    }

    @Test
    void whoseTurnItWasIsSaid() throws IOException {
        var pair = new Pair(a(), b());
        pair.lose(_ -> true);
        assertSays(of(pair, b()), "it was for this side to send it", "It was this side that did not go on");
    }

    @Test
    void aDeadPeerIsSilent() throws IOException {
        var pair = new Pair(a(), b());
        var capture = Capture.of(pair);
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(10));
        pair.b().dead = true;
        pair.advance(Duration.ofSeconds(100));
        Account account = explain(capture, a()).getFirst();
        assertSays(account, "came up, and failed later", "dead peer detection");
        assertEquals("peer_dead", account.failures().getFirst().reason());
    }

    @Test
    void aggressiveModeShowsTheIdentities() throws IOException {
        var pair = new Pair(ConnectionDraft.change(a(), draft -> draft.mode = PhaseOneMode.AGGRESSIVE), b());
        pair.lose(_ -> true);
        assertEquals("aggressive mode message 2", stage(of(pair)));
    }

    @Test
    void eachNegotiationHasAnAccount() throws IOException {
        var pair = new Pair(a(), b());
        pair.lose(_ -> true);
        var capture = Capture.of(pair);
        pair.a().start();
        pair.advance(Duration.ofMinutes(10));
        List<Account> accounts = explain(capture);
        assertTrue(accounts.size() > 1, accounts::toString);
        assertTrue(accounts.getFirst().failures().getFirst().first()
                .isBefore(accounts.getLast().failures().getFirst().first()));
    }

    @Test
    void whatIsNoCaptureIsSaidToBeNone() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "no capture");
        assertEquals("it is neither a pcap nor a pcapng capture", assertThrows(IOException.class,
                () -> CaptureFile.read(file, KeyTable.empty())).getMessage());
    }
}
