package io.vanth.lab;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The configurations of the two sides differ. Log and status say how, and a good tunnel of the same daemons loses
/// nothing meanwhile.
@InLab
final class DiagnosisIT {
    private static final int PER_SECOND = 200;
    private static final Duration LONG_BEFORE_ITS_TIMEOUT = Duration.ofSeconds(40);
    private static final int COUNT = PER_SECOND * 6;

    @Test
    void wrongSecretAsInitiator(Lab lab) {
        asInitiator(lab, "pre-shared key", link -> link.secret("something else"), List.of("pre-shared key"),
                List.of("pre-shared keys differ", "Put the same key into connections.%s.psk here",
                        "main mode message 6, as initiator"));
    }

    @Test
    void wrongSecretAsResponder(Lab lab) {
        asResponder(lab, "pre-shared key", link -> link.secret("something else"), List.of("pre-shared key"),
                List.of("pre-shared keys differ", "Put the same key into connections.%s.psk here",
                        "main mode message 5, as responder"));
    }

    @Test
    void noCommonPhaseOneProposalAsInitiator(Lab lab) {
        asInitiator(lab, "phase 1 proposal", link -> link.ike("aes128-sha1-ecp256"), List.of("NO-PROPOSAL-CHOSEN"),
                List.of("NO-PROPOSAL-CHOSEN (not authenticated)", "none of our phase 1 proposals",
                        "connections.%s.proposals here", "shown nothing of its side"));
    }

    @Test
    void noCommonPhaseOneProposalAsResponder(Lab lab) {
        asResponder(lab, "phase 1 proposal", link -> link.ike("aes128-sha1-ecp256"),
                List.of("no common", "aes128-sha1-ecp256", "aes256-sha256-modp2048"),
                List.of("differ in key length, hash, group", "<- differs",
                        "Add aes128-sha1-ecp256 to connections.%s.proposals here"));
    }

    @Test
    void noCommonPhaseTwoProposalAsInitiator(Lab lab) {
        asInitiator(lab, "phase 2 proposal", link -> link.esp("aes256-sha256"), List.of("NO-PROPOSAL-CHOSEN"),
                List.of("NO-PROPOSAL-CHOSEN (authenticated)", "none of our phase 2 proposals",
                        "connections.%s.tunnels.lan.proposals here"));
    }

    @Test
    void noCommonPhaseTwoProposalAsResponder(Lab lab) {
        asResponder(lab, "phase 2 proposal", link -> link.esp("aes256-sha256"),
                List.of("no common", "aes256-sha256", "aes128gcm16"),
                List.of("differ in cipher, key length, integrity", "<- differs",
                        "Add aes256-sha256 to connections.%s.tunnels.lan.proposals here"));
    }

    @Test
    void otherNetworksAsInitiator(Lab lab) {
        asInitiator(lab, "networks", link -> link.protecting("10.99.0.0/24"), List.of("INVALID-ID-INFORMATION"),
                List.of("INVALID-ID-INFORMATION (authenticated)", "does not accept our networks",
                        "connections.%s.tunnels.lan.remote here"));
    }

    @Test
    void otherNetworksAsResponder(Lab lab) {
        asResponder(lab, "networks", link -> link.protecting("10.99.0.0/24"), List.of("10.99.0.0/24", "10.2.1.0/24"),
                List.of("No tunnel has exactly the networks", "<- differs",
                        "Set connections.%s.tunnels.lan.remote: 10.99.0.0/24 here"));
    }

    /// The refusals of strongSwan are in clear, so that the negotiation goes on; who waits for it need not.
    @Test
    void upTellsTheProbableCauseWhileItIsTried(Lab lab) {
        var net = lab.siteToSite(2);
        Link otherKey = net.link(0);
        Link otherSuite = net.link(1);
        Vanth vanth = net.a().vanth(otherKey, otherSuite);
        net.b().strongSwan(net.atB(otherKey).secret("something else"), net.atB(otherSuite).ike("aes128-sha1-ecp256"));
        assertTells(vanth, otherKey, "pre-shared keys differ", "Put the same key into connections.%s.psk here");
        assertTells(vanth, otherSuite, "NO-PROPOSAL-CHOSEN", "its own under connections.%s.proposals here");
    }

    private static void assertTells(Vanth vanth, Link link, String cause, String remedy) {
        Command.Result result = vanth.tryUp(link, LONG_BEFORE_ITS_TIMEOUT);
        String said = result.errors().replaceAll("\\s+", " ");
        assertEquals(1, result.exit(), said);
        assertTrue(said.contains(cause) && said.contains(remedy.formatted(link.name()))
                && said.contains("still trying"), said);
        vanth.assertDown(link);
    }

    /// @param cause      what is wrong, for the table
    /// @param theirs     turns the peer's view of the connection into one that does not fit
    /// @param texts      what log and status must name
    /// @param explained  what `vanth explain` must say, `%s` being the connection
    private static void asInitiator(Lab lab, String cause, UnaryOperator<Link> theirs, List<String> texts,
            List<String> explained) {
        run(lab, cause, Role.INITIATOR, theirs, texts, explained);
    }

    private static void asResponder(Lab lab, String cause, UnaryOperator<Link> theirs, List<String> texts,
            List<String> explained) {
        run(lab, cause, Role.RESPONDER, theirs, texts, explained);
    }

    private static void run(Lab lab, String cause, Role role, UnaryOperator<Link> theirs, List<String> texts,
            List<String> explained) {
        var net = lab.siteToSite(2);
        Link good = net.link(0);
        Link bad = net.link(1);
        Vanth vanth = net.a().vanth(good, bad);
        Peers peers = new Peers(net, vanth, net.b().strongSwan(net.atB(good), theirs.apply(net.atB(bad))));
        vanth.up(good);
        NumberedStream stream = net.traffic(good).aToB(PER_SECOND, COUNT);
        peers.refused(cause, role, bad, texts, explained);
        assertTrue(vanth.explain(good).contains(good.name() + " is up"));
        assertEquals(1, vanth.tryExplain("nobody").exit());
        assertTrue(vanth.statusText().contains(bad.name()));
        assertTrue(stream.report().lost() <= net.unreadAtB(), () -> stream.report().toString());
        assertTrue(vanth.isUp(good));
        assertEquals("", vanth.failure(good));
        net.traffic(good).pingBothWays();
    }
}
