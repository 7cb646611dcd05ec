package io.vanth.lab;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.vanth.lab.FullTunnel.FAR;
import static io.vanth.lab.FullTunnel.FAR6;
import static io.vanth.lab.FullTunnel.assertOwn;
import static io.vanth.lab.FullTunnel.assertReaches;
import static io.vanth.lab.FullTunnel.everythingBehindPeer;
import static io.vanth.lab.FullTunnel.ping;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

/// D-9: a tunnel for everything. What is between own networks keeps its way, all else goes through the tunnel or nowhere.
@InLab
final class FullTunnelIT {
    /// With strict reverse path filters, which drop what comes from elsewhere than the route back leads to.
    @ParameterizedTest
    @EnumSource
    void everythingIsBehindThePeer(Role role, Lab lab) {
        var net = lab.siteToSite();
        net.a().gateway().set("net.ipv4.conf.all.rp_filter", 1);
        net.b().gateway().ip("addr add %s/32 dev lo".formatted(FAR));
        var link = everythingBehindPeer(net.link());
        var tap = net.tap();
        var peers = Peers.of(net, List.of(link));
        peers.up(role, link);
        net.traffic(link).pingBothWays();
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        assertReaches(net.a().gateway(), "10.1.0.1", FAR);
        assertNotEquals(0, ping(net.a().gateway(), "192.0.2.1", FAR).exit(), "not an address of the tunnel");
        assertNotEquals(0, ping(net.a().gateway(), "192.0.2.1", "192.0.2.2").exit(), "nor is the peer's");
        assertOwn(net, "10.1.0.10", "10.1.0.1");
        stop(tap, net);
        assertEquals(0, tap.count("net 10.0.0.0/8 or host " + FAR));
    }

    @Test
    void everythingIsBehindThePeerOverIpv6(Lab lab) {
        var net = lab.siteToSite();
        net.b().gateway().ip("addr add %s/128 dev lo".formatted(FAR6));
        var link = everythingBehindPeer(net.link6());
        var peers = Peers.of(net, List.of(link));
        peers.up(Role.INITIATOR, link);
        net.traffic(link).pingBothWays();
        assertReaches(net.a().host(), "2001:db8:1::10", FAR6);
        assertOwn(net, "2001:db8:1::10", "2001:db8:1::1");
    }

    /// Nothing of A leaves in clear to end the recording, so B does it.
    private static void stop(WireTap tap, Topology net) {
        tap.stop(net.b().gateway(), "192.0.2.1");
    }

    /// Whoever gives out addresses on the outer link says that half the world is on it (CVE-2023-36672).
    @Test
    void anAddressWithAWidePrefixLeaksNothing(Lab lab) {
        var net = lab.siteToSite();
        var link = everythingBehindPeer(net.link());
        net.openClearPath();
        for (String address : List.of("10.99.0.2/5", "10.1.77.7/24", "203.0.113.77/1")) {
            net.b().gateway().ip("addr add %s dev wan".formatted(address));
        }
        var peers = Peers.of(net, List.of(link));
        peers.up(Role.INITIATOR, link);
        net.traffic(link).pingBothWays();
        var tap = net.tap();
        net.a().gateway().ip("addr add 10.99.0.1/5 dev wan");
        net.a().gateway().ip("addr add 203.0.113.1/1 dev wan");
        net.a().gateway().ip("addr add 10.1.77.1/24 dev wan");
        for (String source : List.of("10.1.0.1", "10.99.0.1", "203.0.113.1", "10.1.77.1")) {
            for (String target : List.of("10.99.0.2", "10.1.77.7", FAR)) {
                ping(net.a().gateway(), source, target);
            }
        }
        assertReaches(net.a().host(), "10.1.0.10", "10.99.0.2");
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        assertOwn(net, "10.1.0.10", "10.1.0.1");
        net.traffic(link).pingBothWays();
        stop(tap, net);
        assertEquals(0, tap.count("net 10.0.0.0/8 and not arp or host " + FAR));
    }

    /// The operator's route to a network behind a router on the LAN, which no tunnel has as its own.
    @Test
    void aStaticRouteToAnotherNetworkIsNotTaken(Lab lab) {
        var net = lab.siteToSite();
        var link = everythingBehindPeer(net.link());
        net.a().host().ip("addr add 10.7.0.1/32 dev lo");
        net.a().gateway().ip("route add 10.7.0.0/24 via 10.1.0.10");
        assertReaches(net.a().gateway(), "10.1.0.1", "10.7.0.1");
        var peers = Peers.of(net, List.of(link));
        peers.up(Role.INITIATOR, link);
        net.traffic(link).pingBothWays();
        assertNotEquals(0, ping(net.a().gateway(), "10.1.0.1", "10.7.0.1").exit(), "nobody has it behind the peer");
        net.b().gateway().ip("addr add 10.7.0.1/32 dev lo");
        net.a().host().ip("addr del 10.7.0.1/32 dev lo");
        assertReaches(net.a().gateway(), "10.1.0.1", "10.7.0.1");
    }

    /// What is between own networks works without a tunnel and without a daemon; all else does not.
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
        net.traffic(link).pingBothWays();
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        for (int restart = 0; restart < 2; restart++) {
            peers.vanth().kill();
            assertNotEquals(0, ping(net.a().host(), "10.1.0.10", FAR).exit());
            assertOwn(net, "10.1.0.10", "10.1.0.1");
            peers.vanth().start();
        }
        peers.vanth().up(link);
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        stop(tap, net);
        assertEquals(0, tap.count("net 10.0.0.0/8 or host " + FAR));
    }

    /// A tunnel for everything and one of two networks, whose own networks reach each other.
    @Test
    void ownNetworksOfTwoTunnelsReachEachOther(Lab lab) {
        var net = lab.siteToSite(2);
        var wide = everythingBehindPeer(net.link(0));
        var narrow = net.link(1);
        var tap = net.tap();
        var peers = Peers.of(net, List.of(wide, narrow));
        peers.up(Role.INITIATOR, wide);
        peers.up(Role.INITIATOR, narrow);
        net.traffic(narrow).pingBothWays();
        assertReaches(net.a().gateway(), "10.1.1.1", "10.1.0.10");
        assertReaches(net.a().host(), "10.1.0.10", "10.1.1.1");
        stop(tap, net);
        assertEquals(0, tap.count("net 10.0.0.0/8"));
    }

    /// strongSwan's own route for everything leads what it has decrypted back into its tunnel; its operators say where
    /// the network behind it is.
    @ParameterizedTest
    @EnumSource
    void everythingIsBehindVanth(Role role, Lab lab) {
        var net = lab.siteToSite();
        net.b().gateway().ip("rule add to 10.2.0.0/24 priority 100 lookup main");
        net.a().gateway().ip("addr add %s/32 dev lo".formatted(FAR));
        var link = net.link().protecting("0.0.0.0/0");
        var peers = Peers.of(net, List.of(link));
        peers.up(role, link);
        net.traffic(link).pingBothWays();
        assertReaches(net.b().host(), "10.2.0.10", FAR);
        assertReaches(net.a().gateway(), FAR, "10.2.0.10");
        assertReaches(net.a().host(), "10.1.0.10", "10.1.0.1");
        assertReaches(net.a().gateway(), "10.1.0.1", "10.1.0.10");
    }
}
