package io.vanth.lab;

import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Starts that cannot end well say why, what they leave, and what to do.
@InLab
final class StartIT {
    /// The first one does not notice.
    @Test
    void aSecondDaemonIsTurnedAway(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link();
        net.b().strongSwan(net.atB(link));
        var vanth = net.a().vanth(link);
        vanth.up(link);
        Command.Result second = vanth.tryRun();
        assertEquals(1, second.exit(), second::toString);
        assertTrue(second.toString().contains("Vanth runs already here: process "), second::toString);
        net.traffic(link).pingBothWays();
    }

    @Test
    void aStartWithoutItsAddressSaysWhatStaysBlocked(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link();
        var vanth = net.a().vanth(link);
        assertEquals(0, vanth.terminate(), vanth.log());
        var gateway = net.a().gateway();
        gateway.ip("address flush to %s".formatted(link.local().address()));
        Command.Result refused = vanth.tryRun();
        assertEquals(1, refused.exit(), refused::toString);
        assertTrue(refused.toString().contains("stay blocked; 'vanth run --open'"), refused::toString);
        assertTrue(protection(gateway).contains("vanth"), "what is said is so");
        refused = vanth.tryRun("--open");
        assertEquals(1, refused.exit(), refused::toString);
        assertFalse(refused.toString().contains("stay blocked"), refused::toString);
        assertFalse(protection(gateway).contains("vanth"), () -> protection(gateway));
    }

    /// 143 is what a JVM ends with that is stopped before the daemon in it takes notice.
    @Test
    void aStopInTheMiddleOfTheStartIsNoFailure(Lab lab) {
        var net = lab.siteToSite();
        var vanth = net.a().vanth(net.link());
        assertEquals(0, vanth.terminate(), vanth.log());
        for (double seconds = 0.8; seconds < 1.3; seconds += 0.1) {
            Command.Result stopped = vanth.runFor(seconds);
            assertTrue(Set.of(0, 143).contains(stopped.exit()), stopped::toString);
            assertFalse(stopped.toString().contains("vanth: "), stopped::toString);
        }
    }

    private static String protection(Namespace gateway) {
        return gateway.command("nft", "list", "ruleset").checked() + gateway.ip("link");
    }

    @Test
    void aGatewayThatForwardsNothingIsTold(Lab lab) {
        var net = lab.siteToSite();
        net.a().gateway().set("net.ipv4.ip_forward", 0);
        var vanth = net.a().vanth(net.link());
        vanth.awaitLog("sysctl net.ipv4.ip_forward=1");
    }
}
