package io.vanth.lab;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-9: a tunnel for everything. The networks next to a gateway are reached as ever, all else through the tunnel or not
/// at all.
@InLab
final class FullTunnelIT {
    private static final String FAR = "203.0.113.77";
    private static final String FAR6 = "2001:db8:77::77";

    /// The peer's link, with everything behind it.
    private static Link everythingBehindPeer(Link link) {
        String all = link.remote().network().contains(":") ? "::/0" : "0.0.0.0/0";
        return link.remote(link.remote().network(all));
    }

    private static Command.Result ping(Namespace from, String source, String target) {
        return from.command("ping", "-c", "1", "-W", "3", "-I", source, target).run();
    }

    private static void assertReaches(Namespace from, String source, String target) {
        Command.Result result = ping(from, source, target);
        assertEquals(0, result.exit(), result::all);
    }

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
        assertNextTo(net, "10.1.0.10", "10.1.0.1", "192.0.2.1", "192.0.2.2");
        tap.stop();
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
        assertNextTo(net, "2001:db8:1::10", "2001:db8:1::1", "2001:db8:f::1", "2001:db8:f::2");
    }

    /// Host and gateway, gateway and the router outside, in both directions.
    private static void assertNextTo(Topology net, String host, String inside, String outside, String neighbour) {
        assertReaches(net.a().host(), host, inside);
        assertReaches(net.a().gateway(), inside, host);
        assertReaches(net.a().gateway(), outside, neighbour);
        assertReaches(net.b().gateway(), neighbour, outside);
    }

    /// A network comes and goes while the tunnel is up.
    @Test
    void networksNextToTheGatewayAreFollowed(Lab lab) {
        var net = lab.siteToSite();
        var link = everythingBehindPeer(net.link());
        var peers = Peers.of(net, List.of(link));
        peers.up(Role.INITIATOR, link);
        net.a().host().ip("addr add 10.5.0.10/24 dev lan");
        assertNotEquals(0, ping(net.a().gateway(), "10.1.0.1", "10.5.0.10").exit());
        net.a().gateway().ip("addr add 10.5.0.1/24 dev lan");
        Await.until("the new network is reached", () -> ping(net.a().gateway(), "10.5.0.1", "10.5.0.10").exit() == 0);
        assertReaches(net.a().gateway(), "10.1.0.1", "10.5.0.10");
        net.a().gateway().ip("addr del 10.5.0.1/24 dev lan");
        Await.until("it is behind the peer again", () -> net.a().gateway()
                .command("ip", "route", "get", "10.5.0.10").run().output().contains("vanth0"));
        net.traffic(link).pingBothWays();
    }

    /// What is next to the gateway works without a tunnel and without a daemon; what is not, does not.
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
            assertNextTo(net, "10.1.0.10", "10.1.0.1", "192.0.2.1", "192.0.2.2");
            peers.vanth().start();
        }
        peers.vanth().up(link);
        assertReaches(net.a().host(), "10.1.0.10", FAR);
        tap.stop();
        assertEquals(0, tap.count("net 10.0.0.0/8 or host " + FAR));
    }

    /// A network inside a connected one that has a tunnel of its own, and a wider one around both.
    @Test
    void theNarrowerNetworkWins(Lab lab) {
        var net = lab.siteToSite(2);
        var wide = everythingBehindPeer(net.link(0));
        var narrow = net.link(1);
        net.a().gateway().ip("addr add 10.2.200.1/16 dev lan");
        var peers = Peers.of(net, List.of(wide, narrow));
        peers.up(Role.INITIATOR, wide);
        peers.up(Role.INITIATOR, narrow);
        net.traffic(narrow).pingBothWays();
        String leaving = net.a().gateway().command("nft", "list", "chain", "inet", "vanth", "leaving").checked();
        int own = leaving.indexOf("10.2.1.0-10.2.1.255 goto outbound");
        int around = leaving.indexOf("10.2.0.0-10.2.255.255 oif \"lan\" return");
        assertTrue(own >= 0 && own < around, leaving);
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
