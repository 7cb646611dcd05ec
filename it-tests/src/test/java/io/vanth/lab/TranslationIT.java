package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// A router translates addresses between the gateways. Both find that out, and ESP travels in UDP although neither was
/// told to.
@InLab
final class TranslationIT {
    @Test
    void vanthInitiatesFromBehindIt(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_A);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        net.b().strongSwan(net.atB(link));
        var vanth = net.a().vanth(link);
        vanth.up(link);
        assertCarries(net, link, vanth);
    }

    @Test
    void peerInitiatesFromBehindIt(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_A);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        var swan = net.a().strongSwan(link);
        var vanth = net.b().vanth(net.atB(link));
        swan.up(link);
        vanth.awaitUp(link);
        assertCarries(net, link, vanth);
    }

    @Test
    void vanthRespondsBehindForwardedPorts(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_B);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        var swan = net.a().strongSwan(link);
        var vanth = net.b().vanth(net.atB(link));
        swan.up(link);
        vanth.awaitUp(link);
        assertCarries(net, link, vanth);
    }

    @Test
    void peerRespondsBehindForwardedPorts(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_B);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        net.b().strongSwan(net.atB(link));
        var vanth = net.a().vanth(link);
        vanth.up(link);
        assertCarries(net, link, vanth);
    }

    private static void assertCarries(Topology net, Link link, Vanth vanth) {
        assertTrue(vanth.connection(link).path("isakmp").path("natTraversal").asBoolean(), vanth.log());
        assertTrue(vanth.tunnel(link).path("sa").path("udpEncapsulated").asBoolean(), vanth.log());
        net.traffic(link).pingBothWays();
        net.traffic(link).bulkBothWays("4M");
    }
}
