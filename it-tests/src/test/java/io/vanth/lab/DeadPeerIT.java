package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;

/// What becomes of the tunnel when the peer was killed without a word; [LifeIT] has the action `restart`.
@InLab
final class DeadPeerIT {
    private static final Duration DELAY = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    @Test
    void holdWaitsForThePacketThatNeedsTheTunnel(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ON_DEMAND).dpd(DELAY, TIMEOUT);
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(link);
        net.traffic(link).demand();
        net.traffic(link).pingBothWays();
        swan.kill();
        vanth.awaitDown(link);
        swan.start();
        assertFalse(swan.isUp(link));
        net.traffic(link).demand();
        net.traffic(link).pingBothWays();
        vanth.awaitUp(link);
    }

    @Test
    void clearWaitsForThePeer(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.PASSIVE).dpd(DELAY, TIMEOUT);
        var vanth = net.a().vanth(link);
        var swan = net.b().strongSwan(net.atB(net.link().start(Start.ALWAYS)));
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        swan.kill();
        vanth.awaitDown(link);
        assertFalse(net.traffic(link).answers());
        swan.start();
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
    }
}
