package io.vanth.lab;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.vanth.lab.FullTunnel.FAR;
import static io.vanth.lab.FullTunnel.FAR6;
import static io.vanth.lab.FullTunnel.assertOwn;
import static io.vanth.lab.FullTunnel.assertReaches;
import static io.vanth.lab.FullTunnel.ping;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-9 on the kernel's data plane: a tunnel for everything, with the routes that Vanth makes. What is between own networks
/// keeps its way, and so do packets that no tunnel has; all else goes through the tunnel or nowhere.
@InLab
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@Order(1)
final class XfrmFullTunnelKernelLab {

    private static Link everythingBehindPeer(Link link) {
        return FullTunnel.everythingBehindPeer(link).plane(Link.Plane.KERNEL)
                .encapsulation(Link.Encapsulation.AUTO);
    }

    /// From A's network. What comes to it is recorded once more when the kernel has taken it out of ESP.
    private static void assertNothingInClear(WireTap tap, Topology net) {
        tap.stop(net.b().gateway(), "192.0.2.1");
        assertTrue(tap.count("esp") > 0, "nothing was recorded");
        assertEquals(0, tap.count("src net 10.1.0.0/24"));
    }

    /// The peer is inside its own network, and reverse path filters are strict.
    @ParameterizedTest
    @EnumSource
    void everythingIsBehindThePeer(Role role, Lab lab) {
        var net = lab.siteToSite();
        net.a().gateway().set("net.ipv4.conf.all.rp_filter", 1);
        net.b().gateway().ip("addr add %s/32 dev lo".formatted(FAR));
        var link = everythingBehindPeer(net.link());
        var tap = net.tap();
        var peers = Peers.of(net, List.of(link));
        assertOwn(net, "10.1.0.10", "10.1.0.1");
        peers.up(role, link);
        net.traffic(link).pingBothWays();
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        assertReaches(net.a().gateway(), "10.1.0.1", FAR);
        assertEquals(0, net.a().gateway().command("ping", "-c", "1", "-W", "3", FAR).run().exit(),
                "without a source it has that of the network");
        assertReaches(net.a().gateway(), "192.0.2.1", "192.0.2.2");
        assertOwn(net, "10.1.0.10", "10.1.0.1");
        assertNothingInClear(tap, net);
    }

    /// Neighbours are found although everything is behind the peer, also when their entries have expired.
    @ParameterizedTest
    @EnumSource
    void everythingIsBehindThePeerOverIpv6(Role role, Lab lab) {
        var net = lab.siteToSite();
        net.b().gateway().ip("addr add %s/128 dev lo".formatted(FAR6));
        var link = everythingBehindPeer(net.link6());
        var peers = Peers.of(net, List.of(link));
        for (Namespace each : List.of(net.a().gateway(), net.a().host(), net.b().gateway())) {
            each.ip("-6 neigh flush all");
        }
        peers.up(role, link);
        net.traffic(link).pingBothWays();
        net.a().gateway().ip("-6 neigh flush all");
        net.a().host().ip("-6 neigh flush all");
        net.b().gateway().ip("-6 neigh flush all");
        net.traffic(link).pingBothWays();
        assertReaches(net.a().host(), "2001:db8:1::10", FAR6);
        assertReaches(net.a().gateway(), "2001:db8:1::1", FAR6);
        assertOwn(net, "2001:db8:1::10", "2001:db8:1::1");
    }

    /// Local network and gateway are one IPv6 address: even neighbour discovery would meet the policy.
    @Test
    void aHostOfIpv6ReachesItsPeerToBegin(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link6().plane(Link.Plane.KERNEL).encapsulation(Link.Encapsulation.AUTO);
        link = link.protecting("2001:db8:f::1/128").remote(link.remote().network("2001:db8:f::2/128"));
        var peers = Peers.of(net, List.of(link));
        net.a().gateway().ip("-6 neigh flush all");
        net.b().gateway().ip("-6 neigh flush all");
        peers.up(Role.INITIATOR, link);
        assertReaches(net.a().gateway(), "2001:db8:f::1", "2001:db8:f::2");
    }

    /// Ways of the operator inside the protected network stay for whom no tunnel serves.
    @Test
    void aStaticRouteIsForOthers(Lab lab) {
        var net = lab.siteToSite();
        var link = everythingBehindPeer(net.link());
        net.a().host().ip("addr add 10.7.0.1/32 dev lo");
        net.a().host().ip("addr add 172.16.0.10/24 dev lan");
        net.a().gateway().ip("addr add 172.16.0.1/24 dev lan");
        net.a().gateway().ip("route add 10.7.0.0/24 via 10.1.0.10");
        var peers = Peers.of(net, List.of(link));
        peers.up(Role.INITIATOR, link);
        net.traffic(link).pingBothWays();
        assertReaches(net.a().gateway(), "172.16.0.1", "10.7.0.1");
        assertNotEquals(0, ping(net.a().gateway(), "10.1.0.1", "10.7.0.1").exit(), "nobody has it behind the peer");
    }

    /// What is between own networks works without a daemon; all else of the protected network goes by the SAs that are
    /// left, and nowhere without them.
    @Test
    void nothingLeaksWhileTheDaemonIsGone(Lab lab) {
        var net = lab.siteToSite();
        var link = everythingBehindPeer(net.link());
        net.openClearPath();
        net.b().gateway().ip("addr add %s/32 dev lo".formatted(FAR));
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        var tap = net.tap();
        var peers = Peers.of(net, List.of(link));
        peers.up(Role.INITIATOR, link);
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        peers.vanth().kill();
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        net.a().gateway().ip("xfrm state flush");
        assertNotEquals(0, ping(net.a().host(), "10.1.0.10", FAR).exit());
        assertOwn(net, "10.1.0.10", "10.1.0.1");
        peers.vanth().start();
        assertOwn(net, "10.1.0.10", "10.1.0.1");
        peers.vanth().up(link);
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        assertNothingInClear(tap, net);
    }

    @Test
    void theNextRunRemovesWhatItDoesNotNeed(Lab lab) {
        var net = lab.siteToSite();
        var wide = everythingBehindPeer(net.link());
        var narrow = net.link().plane(Link.Plane.KERNEL);
        var peers = Peers.of(net, List.of(wide));
        peers.up(Role.INITIATOR, wide);
        Namespace gateway = net.a().gateway();
        assertTrue(gateway.ip("route show table 5602").contains("default"), gateway.ip("route show table 5602"));
        assertTrue(gateway.ip("rule show").contains("from 10.1.0.0/24 lookup 5602"), gateway.ip("rule show"));
        assertEquals(0, peers.vanth().terminate(), peers.vanth().log());
        assertTrue(gateway.ip("rule show").contains("from 10.1.0.0/24 lookup 5602"), "its network stays protected");
        net.a().vanth(narrow);
        String routes = gateway.ip("route show table 5602");
        assertFalse(routes.contains("default") || routes.contains("throw"), routes);
        String policies = gateway.ip("xfrm policy");
        assertFalse(policies.contains("0.0.0.0/0 dst 10.1.0.0/24") || policies.contains("224.0.0.0"), policies);
        assertTrue(policies.contains("src 10.1.0.0/24 dst 10.2.0.0/24"), policies);
    }
}
