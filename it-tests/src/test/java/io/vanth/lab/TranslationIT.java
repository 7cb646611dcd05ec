package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.lab.Link.Encapsulation;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A router translates addresses between the gateways. Both find that out, and ESP travels in UDP although neither was
/// told to.
@InLab
final class TranslationIT {
    static Stream<Arguments> routers() {
        return Role.with(List.of(Middle.MASQUERADE_A, Middle.MASQUERADE_B, Middle.MASQUERADE_BOTH));
    }

    /// Who begins is behind the router, or comes to the ports that it forwards, or both.
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("routers")
    void carriesTraffic(Middle middle, Role role, Lab lab) {
        var net = lab.siteToSite(middle);
        var link = net.link().encapsulation(Encapsulation.AUTO);
        var peers = Peers.begin(net, role, link);
        peers.upAndDown(role, link, () -> assertCarries(net, link, peers.vanth()));
    }

    /// The router forgets its mappings and gives other ports: an authenticated packet shows where the peer is now.
    @Test
    void thePeersPortChangesUnderWay(Lab lab) {
        carriesAcrossAChangeOfPorts(lab, Role.RESPONDER, link -> link,
                (before, after) -> assertNotEquals(before.path("peer").asText(), after.path("peer").asText()));
    }

    /// Dead peer detection shows the peer the new port, as nothing else is sent.
    @Test
    void thePortOfVanthChangesUnderWay(Lab lab) {
        carriesAcrossAChangeOfPorts(lab, Role.INITIATOR,
                link -> link.dpd(Duration.ofSeconds(2), Duration.ofSeconds(60)),
                (before, after) -> assertEquals(before.path("peer").asText(), after.path("peer").asText()));
    }

    /// @param compare the connection at Vanth before and after
    private static void carriesAcrossAChangeOfPorts(Lab lab, Role role, UnaryOperator<Link> how,
            BiConsumer<JsonNode, JsonNode> compare) {
        var net = lab.siteToSite(Middle.MASQUERADE_A);
        var link = how.apply(net.link().encapsulation(Encapsulation.AUTO));
        var peers = Peers.begin(net, role, link);
        peers.up(role, link);
        assertCarries(net, link, peers.vanth());
        JsonNode before = peers.vanth().connection(link);
        net.forgetMappings();
        Await.until("traffic flows again", Duration.ofSeconds(60), net.traffic(link)::answers, peers.vanth()::log);
        net.traffic(link).pingBothWays();
        compare.accept(before, peers.vanth().connection(link));
        peers.down(role, link);
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
