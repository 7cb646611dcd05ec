package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Vanth and strongSwan, both over the IPsec of the kernel: they agree, carry traffic, and follow each other's rekeys; and
/// nothing of Vanth is left in the kernel's tables that should not be, nor anything of others touched.
@InLab
@Order(1)
final class XfrmStrongSwanKernelLab {
    private static final Duration SHORT = Duration.ofSeconds(15);
    private static final int PER_SECOND = 200;
    private static final int COUNT = PER_SECOND * 16;
    /// Request ids of Vanth, from 0x56000000.
    private static final Pattern OWN = Pattern.compile("reqid 144284\\d{4}");
    private static final String FOREIGN_SA = "xfrm state add src 198.51.100.1 dst 198.51.100.2 proto esp spi 0x77777777 "
            + "reqid 99 mode tunnel enc cbc(aes) 0x00112233445566778899aabbccddeeff auth-trunc hmac(sha1) "
            + "0x00112233445566778899aabbccddeeff00112233 96";
    private static final String FOREIGN_POLICY = "xfrm policy add src 198.51.100.0/24 dst 203.0.113.0/24 dir out "
            + "priority 5 tmpl src 198.51.100.1 dst 198.51.100.2 proto esp reqid 99 mode tunnel";

    private static Link link(Topology net) {
        return net.link().plane(Link.Plane.KERNEL).encapsulation(Encapsulation.AUTO);
    }

    static Stream<Arguments> waysAndRoles() {
        return Role.with(List.of(Encapsulation.AUTO, Encapsulation.YES));
    }

    @ParameterizedTest(name = "UDP: {0}, {1}")
    @MethodSource("waysAndRoles")
    void carriesTraffic(Encapsulation way, Role role, Lab lab) {
        var net = lab.siteToSite();
        Link link = link(net).encapsulation(way);
        Peers.of(net, List.of(link)).upAndDown(role, link, () -> {
            String states = net.a().gateway().ip("xfrm state");
            assertEquals(2, OWN.matcher(states).results().count(), states);
            assertEquals(way == Encapsulation.YES, states.contains("espinudp"), states);
        });
        assertFalse(OWN.matcher(net.a().gateway().ip("xfrm state")).find());
        assertTrue(OWN.matcher(net.a().gateway().ip("xfrm policy")).find(), "its networks stay protected");
    }

    /// The first packet brings the tunnel up.
    @Test
    void comesUpWhenItIsNeeded(Lab lab) {
        var net = lab.siteToSite();
        Link link = link(net).start(Link.Start.ON_DEMAND);
        Peers peers = Peers.of(net, List.of(link));
        net.traffic(link).pingAlways();
        peers.vanth().awaitUp(link);
        net.traffic(link).pingBothWays();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void rekeysWithoutLoss(Role role, Lab lab) {
        var net = lab.siteToSite();
        Link link = link(net);
        Vanth vanth = net.a().vanth(role == Role.INITIATOR ? link.lifetime(SHORT) : link);
        StrongSwan swan = net.b().strongSwan(net.atB(role == Role.INITIATOR ? link : link.lifetime(SHORT)));
        vanth.up(link);
        NumberedStream there = net.traffic(link).aToB(PER_SECOND, COUNT);
        NumberedStream back = net.traffic(link).bToA(PER_SECOND, COUNT);
        assertEquals(COUNT, there.report().received(), swan.log());
        assertEquals(COUNT, back.report().received(), swan.log());
        assertTrue(swan.establishedCount() >= 2, swan.log());
    }

    @Test
    void killedItLeavesNothingOpenAndTouchesNothingOfOthers(Lab lab) {
        var net = lab.siteToSite();
        Link link = link(net);
        Namespace gateway = net.a().gateway();
        gateway.ip(FOREIGN_SA);
        gateway.ip(FOREIGN_POLICY);
        Peers peers = Peers.of(net, List.of(link));
        peers.up(Role.INITIATOR, link);
        peers.vanth().kill();
        assertTrue(OWN.matcher(gateway.ip("xfrm policy")).find(), "its networks stay protected");
        peers.vanth().start();
        String states = gateway.ip("xfrm state");
        assertFalse(OWN.matcher(states).find(), states);
        assertTrue(states.contains("0x77777777"), states);
        peers.up(Role.INITIATOR, link);
        net.traffic(link).pingBothWays();
        String policies = gateway.ip("xfrm policy");
        assertEquals(3, OWN.matcher(policies).results().count(), policies);
        assertTrue(policies.contains("src 198.51.100.0/24 dst 203.0.113.0/24"), policies);
    }
}
