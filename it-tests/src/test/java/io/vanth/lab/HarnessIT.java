package io.vanth.lab;

import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@InLab
final class HarnessIT {
    @Test
    void traffic(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link();
        var tap = net.tap();
        var swanA = net.a().strongSwan(link);
        var swanB = net.b().strongSwan(link.mirror());
        swanA.up(link);
        net.traffic(link).pingBothWays();
        net.traffic(link).bulkBothWays("4M");
        swanA.down(link);
        swanB.awaitGone(link);
        tap.stop();
        assertEquals(0, tap.clear());
        assertTrue(tap.esp() > 100);
        assertTrue(tap.ike() > 8);
    }

    @Test
    void rekey(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().lifetime(Duration.ofSeconds(8));
        var swanA = net.a().strongSwan(link);
        net.b().strongSwan(link.mirror());
        swanA.up(link);
        var there = net.traffic(link).aToB(200, 2400);
        var back = net.traffic(link).bToA(200, 2400);
        System.out.println(there.report() + " " + back.report() + " " + swanA.establishedCount());
    }

    @Test
    void nat(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_A);
        var link = net.link();
        var swanA = net.a().strongSwan(link);
        net.b().strongSwan(
                link.mirror().remote(new Link.Endpoint("198.51.100.254", "a.example", "10.1.0.0/24", "10.1.0.10")));
        swanA.up(link);
        net.traffic(link).pingBothWays();
    }
    @Test
    void many(Lab lab) {
        var net = lab.siteToSite(16);
        var swanA = net.a().strongSwan(net.links().toArray(Link[]::new));
        net.b().strongSwan(net.links().stream().map(Link::mirror).toArray(Link[]::new));
        for (Link link : net.links()) {
            swanA.up(link);
            net.traffic(link).pingBothWays();
            net.traffic(link).bulkBothWays("2M");
            swanA.down(link);
        }
    }
}
