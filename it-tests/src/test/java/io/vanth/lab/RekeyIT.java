package io.vanth.lab;

import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Phase 2 or both phases are rekeyed every few seconds while numbered datagrams pass in both directions. None may be missing.
/// `-Dvanth.rekey.seconds=180` makes each last minutes.
@InLab
final class RekeyIT {
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration PHASE_ONE = Duration.ofSeconds(8);
    /// So many that a packet falls into any gap of two milliseconds, and so few that a machine that stalls for a moment
    /// does not fill the receive buffer of strongSwan's socket, which has the kernel's default size.
    private static final int PER_SECOND = 500;
    private static final int COUNT = PER_SECOND * Integer.getInteger("vanth.rekey.seconds", 24);
    /// The first SA, and at least two after it.
    private static final int GENERATIONS = 3;

    private static final String BY_VANTH = "is initiating a Main Mode IKE_SA";
    private static final String BY_PEER = "initiating Main Mode IKE_SA";

    @Test
    void startedByVanth(Lab lab) {
        var net = lab.siteToSite();
        losesNothing(net, net.link().lifetime(SHORT), net.link());
    }

    @Test
    void startedByThePeer(Lab lab) {
        var net = lab.siteToSite();
        losesNothing(net, net.link(), net.link().lifetime(SHORT));
    }

    @Test
    void startedByBoth(Lab lab) {
        var net = lab.siteToSite();
        losesNothing(net, net.link().lifetime(SHORT), net.link().lifetime(SHORT));
    }

    @Test
    void phaseOneStartedByVanth(Lab lab) {
        var net = lab.siteToSite();
        StrongSwan swan = losesNothing(net, net.link().lifetime(SHORT).phaseOne(PHASE_ONE), net.link());
        assertTrue(swan.logged(BY_VANTH).size() >= GENERATIONS, swan.log());
    }

    /// strongSwan starts phase 2 too.
    @Test
    void phaseOneStartedByThePeer(Lab lab) {
        var net = lab.siteToSite();
        StrongSwan swan = losesNothing(net, net.link(), net.link().lifetime(SHORT).phaseOne(PHASE_ONE.multipliedBy(2)));
        assertTrue(swan.logged(BY_PEER).size() >= GENERATIONS - 1, swan.log());
    }

    /// Both phases from both sides: each side is first sometimes, and both at once.
    @Test
    void bothPhasesStartedByBoth(Lab lab) {
        var net = lab.siteToSite();
        losesNothing(net, net.link().lifetime(SHORT).phaseOne(PHASE_ONE),
                net.link().lifetime(SHORT).phaseOne(PHASE_ONE.multipliedBy(2)));
    }

    private static StrongSwan losesNothing(Topology net, Link atVanth, Link atPeer) {
        Vanth vanth = net.a().vanth(atVanth);
        StrongSwan swan = net.b().strongSwan(net.atB(atPeer));
        vanth.up(atVanth);
        NumberedStream there = net.traffic(atVanth).aToB(PER_SECOND, COUNT);
        NumberedStream back = net.traffic(atVanth).bToA(PER_SECOND, COUNT);
        String after = "%s%n%s%n%s%n%s".formatted(there.report(), back.report(), net.losses(),
                vanth.status().path("dataPlane"));
        int unread = net.unreadAtB();
        assertTrue(there.report().lost() <= unread, after);
        assertEquals(COUNT, back.report().received(), after);
        assertEquals(0, there.report().duplicated() + back.report().duplicated(), after);
        assertTrue(swan.establishedCount() >= GENERATIONS, swan.log());
        return swan;
    }
}
