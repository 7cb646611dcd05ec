package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
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

    /// The router forgets its mappings and gives other ports: an authenticated packet shows where the peer is now.
    @Test
    void thePeersPortChangesUnderWay(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_A);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        var swan = net.a().strongSwan(link);
        var vanth = net.b().vanth(net.atB(link));
        swan.up(link);
        assertCarries(net, link, vanth);
        String before = vanth.connection(link).path("peer").asText();
        net.forgetMappings();
        Await.until("traffic flows again", Duration.ofSeconds(60), net.traffic(link)::answers, vanth::log);
        net.traffic(link).pingBothWays();
        assertNotEquals(before, vanth.connection(link).path("peer").asText());
        swan.down(link);
        vanth.awaitDown(link);
    }

    @Test
    void thePortOfVanthChangesUnderWay(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_A);
        var link = net.link().encapsulation(Encapsulation.AUTO).dpd(Duration.ofSeconds(2), Duration.ofSeconds(60));
        var swan = net.b().strongSwan(net.atB(link));
        var vanth = net.a().vanth(link);
        vanth.up(link);
        assertCarries(net, link, vanth);
        net.forgetMappings();
        Await.until("traffic flows again", Duration.ofSeconds(60), net.traffic(link)::answers, vanth::log);
        net.traffic(link).pingBothWays();
        vanth.down(link);
        swan.awaitGone(link);
    }

    @Test
    void bothEndsAreBehindRouters(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_BOTH);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        var swan = net.b().strongSwan(net.atB(link));
        var vanth = net.a().vanth(link);
        vanth.up(link);
        assertCarries(net, link, vanth);
        vanth.down(link);
        swan.awaitGone(link);
    }

    @Test
    void bothEndsAreBehindRoutersAndThePeerInitiates(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_BOTH);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        var swan = net.a().strongSwan(link);
        var vanth = net.b().vanth(net.atB(link));
        swan.up(link);
        vanth.awaitUp(link);
        assertCarries(net, link, vanth);
        swan.down(link);
        vanth.awaitDown(link);
    }

    /// Two gateways with one address as Vanth sees them; one goes down, the other stays.
    @Test
    void twoPeersAreBehindOneRouter(Lab lab) {
        var net = lab.siteToSite(Middle.MASQUERADE_A, 2);
        var first = net.link(0).encapsulation(Encapsulation.AUTO);
        var neighbour = net.neighbourOfA();
        var second = net.link(1).encapsulation(Encapsulation.AUTO).local(net.link(1).local()
                .address(Topology.NEIGHBOUR).id("a1.example")).remote(net.link(1).remote()
                        .address(net.link(0).remote().address()));
        var swans = List.of(net.a().strongSwan(first), neighbour.strongSwan(second));
        var vanth = net.b().vanth(net.atB(first), net.atB(second));
        swans.getFirst().up(first);
        swans.getLast().up(second);
        vanth.awaitUp(first);
        vanth.awaitUp(second);
        net.traffic(first).pingBothWays();
        net.traffic(second, neighbour).pingBothWays();
        swans.getFirst().down(first);
        vanth.awaitDown(first);
        net.traffic(second, neighbour).pingBothWays();
    }

    private static void assertCarries(Topology net, Link link, Vanth vanth) {
        assertTrue(vanth.connection(link).path("isakmp").path("natTraversal").asBoolean(), vanth.log());
        assertTrue(vanth.tunnel(link).path("sa").path("udpEncapsulated").asBoolean(), vanth.log());
        net.traffic(link).pingBothWays();
        net.traffic(link).bulkBothWays("4M");
    }
}
