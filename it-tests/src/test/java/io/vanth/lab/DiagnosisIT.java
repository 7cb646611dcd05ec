package io.vanth.lab;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The configurations of the two sides differ. Log and status say how, and a good tunnel of the same daemons loses
/// nothing meanwhile.
@InLab
final class DiagnosisIT {
    private static final int PER_SECOND = 200;
    private static final int COUNT = PER_SECOND * 10;

    @Test
    void wrongSecretAsInitiator(Lab lab) {
        asInitiator(lab, link -> link.secret("something else"), "pre-shared key");
    }

    @Test
    void wrongSecretAsResponder(Lab lab) {
        asResponder(lab, link -> link.secret("something else"), "pre-shared key");
    }

    @Test
    void noCommonPhaseOneProposalAsInitiator(Lab lab) {
        asInitiator(lab, link -> link.ike("aes128-sha1-ecp256"), "NO-PROPOSAL-CHOSEN");
    }

    @Test
    void noCommonPhaseOneProposalAsResponder(Lab lab) {
        asResponder(lab, link -> link.ike("aes128-sha1-ecp256"), "no common", "aes128-sha1-ecp256",
                "aes256-sha256-modp2048");
    }

    @Test
    void noCommonPhaseTwoProposalAsInitiator(Lab lab) {
        asInitiator(lab, link -> link.esp("aes256-sha256"), "NO-PROPOSAL-CHOSEN");
    }

    @Test
    void noCommonPhaseTwoProposalAsResponder(Lab lab) {
        asResponder(lab, link -> link.esp("aes256-sha256"), "no common", "aes256-sha256", "aes128gcm16");
    }

    @Test
    void otherNetworksAsInitiator(Lab lab) {
        asInitiator(lab, link -> link.protecting("10.99.0.0/24"), "INVALID-ID-INFORMATION");
    }

    @Test
    void otherNetworksAsResponder(Lab lab) {
        asResponder(lab, link -> link.protecting("10.99.0.0/24"), "10.99.0.0/24", "10.2.1.0/24");
    }

    /// @param theirs turns the peer's view of the connection into one that does not fit
    /// @param texts  what log and status must name
    private static void asInitiator(Lab lab, UnaryOperator<Link> theirs, String... texts) {
        run(lab, theirs, peers -> assertNotEquals(0, peers.vanth().tryUp(peers.bad()).exit()), texts);
    }

    private static void asResponder(Lab lab, UnaryOperator<Link> theirs, String... texts) {
        run(lab, theirs, peers -> assertNotEquals(0, peers.swan().tryUp(peers.bad()).exit()), texts);
    }

    /// @param bad the connection that does not fit
    private record Peers(Vanth vanth, StrongSwan swan, Link bad) {}

    private static void run(Lab lab, UnaryOperator<Link> theirs, Consumer<Peers> negotiate, String... texts) {
        var net = lab.siteToSite(2);
        Link good = net.link(0);
        Link bad = net.link(1);
        Vanth vanth = net.a().vanth(good, bad);
        StrongSwan swan = net.b().strongSwan(net.atB(good), theirs.apply(net.atB(bad)));
        vanth.up(good);
        NumberedStream stream = net.traffic(good).aToB(PER_SECOND, COUNT);
        negotiate.accept(new Peers(vanth, swan, bad));
        vanth.awaitFailure(bad, texts);
        assertEquals(0, swan.ipsecSas(bad));
        assertTrue(!vanth.isUp(bad));
        assertEquals(COUNT, stream.report().received());
        assertTrue(vanth.isUp(good));
        assertEquals("", vanth.failure(good));
        net.traffic(good).pingBothWays();
    }
}
