package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// How tunnels begin, end, and come back.
@InLab
final class LifeIT {
    private static final Duration DPD_DELAY = Duration.ofSeconds(2);
    private static final Duration DPD_TIMEOUT = Duration.ofSeconds(10);
    /// For the negotiation that follows, on a busy machine.
    private static final Duration MARGIN = Duration.ofSeconds(30);

    @Test
    void sigtermDeletesAtThePeer(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ALWAYS);
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(link);
        swan.awaitUp(link);
        assertEquals(0, vanth.terminate(), vanth.log());
        swan.awaitGone(link);
        // Its threads may take the two in either order, and with the ISAKMP SA everything goes.
        assertTrue(swan.logged("received DELETE for ESP").size() <= 1, swan.log());
        assertTrue(swan.logged("received DELETE for IKE_SA").size() == 1, swan.log());
    }

    /// strongSwan only responds: without Vanth's dead peer detection nothing would ever come back.
    @Test
    void reconnectsAfterThePeerWasKilled(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ALWAYS).dpd(DPD_DELAY, DPD_TIMEOUT);
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(link);
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        swan.kill();
        swan.start();
        swan.awaitUp(link, DPD_DELAY.plus(DPD_TIMEOUT).plus(MARGIN));
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
    }

    /// With a host that never stops trying to reach the other network, and a default route that would take its packets
    /// there in clear.
    @Test
    void comesBackAfterKillAndNothingLeaks(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ALWAYS);
        net.openClearPath();
        net.b().forbidClear(net.atB(link));
        assertLeaksWithoutVanth(lab);
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(link);
        vanth.awaitUp(link);
        var tap = net.tap();
        net.traffic(link).pingAlways();
        net.traffic(link).pingBothWays();
        vanth.kill();
        assertFalse(net.traffic(link).answers());
        vanth.start();
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        assertEquals(1, swan.isakmpSas(link), swan.sas(link));
        vanth.kill();
        assertFalse(net.traffic(link).answers());
        tap.stop();
        assertEquals(0, tap.clear());
        assertTrue(tap.esp() > 0);
    }

    /// The same network without a daemon, to show that the tap would see a leak.
    private static void assertLeaksWithoutVanth(Lab lab) {
        var bare = lab.siteToSite();
        bare.openClearPath();
        var tap = bare.tap();
        assertTrue(bare.traffic(bare.link()).answers());
        tap.stop();
        assertTrue(tap.clear() > 0);
    }

    /// The tunnel has never been up: the peer does not run yet.
    @Test
    void nothingLeaksBeforeTheFirstNegotiation(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ALWAYS);
        net.openClearPath();
        net.b().forbidClear(net.atB(link));
        var vanth = net.a().vanth(link);
        var tap = net.tap();
        net.traffic(link).sendBlindly(10_000, 100_000);
        assertFalse(net.traffic(link).answers());
        net.b().strongSwan(net.atB(net.link()));
        vanth.awaitUp(link, Duration.ofSeconds(60));
        net.traffic(link).pingBothWays();
        tap.stop();
        assertEquals(0, tap.clear());
        assertTrue(tap.esp() > 0);
    }

    /// The operator took the tunnel down, or stopped the daemon without saying `--open`.
    @Test
    void nothingLeaksAfterDownAndStop(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link();
        net.openClearPath();
        net.b().forbidClear(net.atB(link));
        net.b().strongSwan(net.atB(link));
        var vanth = net.a().vanth(link);
        vanth.up(link);
        var tap = net.tap();
        net.traffic(link).pingBothWays();
        vanth.down(link);
        assertFalse(net.traffic(link).answers());
        assertEquals(0, vanth.terminate(), vanth.log());
        assertFalse(net.traffic(link).answers());
        tap.stop();
        assertEquals(0, tap.clear());
        assertTrue(tap.esp() > 0);
    }

    @Test
    void comesUpOnDemandAndKeepsTheFirstPacket(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ON_DEMAND);
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(link);
        int sent = net.traffic(link).demand();
        assertEquals(sent, vanth.tunnel(link).path("sa").path("outbound").path("packets").asInt());
        net.traffic(link).pingBothWays();
        assertTrue(swan.isUp(link));
    }

    @Test
    void lossDelaysButDoesNotStop(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ALWAYS);
        net.a().loseEvery(4);
        net.b().loseEvery(4);
        net.b().strongSwan(net.atB(net.link()));
        net.a().vanth(link).awaitUp(link, Duration.ofMinutes(2));
    }

    @Test
    void overIpv6(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link6();
        net.b().strongSwan(net.atB(link));
        net.a().vanth(link).up(link);
        net.traffic(link).pingBothWays();
        net.traffic(link).bulkBothWays("4M");
    }
}
