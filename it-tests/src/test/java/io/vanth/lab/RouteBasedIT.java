package io.vanth.lab;

import io.vanth.lab.Link.Endpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-9: two route-based tunnels beside each other, both for everything, to two strongSwan gateways that know nothing of
/// routes. What goes through which is the operator's choice.
@InLab
final class RouteBasedIT {
    private static final Besides ROUTE_BASED = Besides.settings("interface: vanth-LINK");
    private static final String ALL = "0.0.0.0/0";
    private static final String FAR = "203.0.113.77";
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final int PER_SECOND = 200;
    private static final int COUNT = PER_SECOND * 16;

    private Topology net;
    private Site c;
    private Link toB;
    private Link toC;

    @BeforeEach
    void layOut(Lab lab) {
        net = lab.siteToSite(Middle.ROUTER);
        c = net.neighbourOfA();
        net.a().gateway().set("net.ipv4.conf.all.rp_filter", 1);
        toB = everything(net.link());
        toC = everything(Link.between("pair1", net.link().local(),
                new Endpoint(Topology.NEIGHBOUR, "c.example", "10.1.1.0/24", "10.1.1.10")));
        keepMain(net.b(), "10.2.0.0/24");
        keepMain(c, "10.1.1.0/24");
    }

    private static Link everything(Link link) {
        return link.local(link.local().network(ALL)).remote(link.remote().network(ALL));
    }

    /// strongSwan's own route for everything leads what it has decrypted back into its tunnel.
    private static void keepMain(Site site, String network) {
        site.gateway().ip("rule add to %s priority 100 lookup main".formatted(network));
    }

    private Vanth start(Link... links) {
        Vanth vanth = net.a().vanth(ROUTE_BASED, links);
        net.a().gateway().ip("route add 10.2.0.0/24 dev vanth-pair0");
        net.a().gateway().ip("route add 10.1.1.0/24 dev vanth-pair1");
        return vanth;
    }

    private Traffic trafficToC(Lab lab) {
        return new Traffic(lab, net.a().host(), c.host(), toC);
    }

    @ParameterizedTest
    @EnumSource
    void twoForEverythingBesideEachOther(Role role, Lab lab) {
        Vanth vanth = start(toB, toC);
        StrongSwan b = net.b().strongSwan(toB.mirror());
        StrongSwan atC = c.strongSwan(toC.mirror());
        var tap = net.tap();
        new Peers(net, vanth, b).up(role, toB);
        new Peers(net, vanth, atC).up(role, toC);
        net.traffic(toB).pingBothWays();
        trafficToC(lab).pingBothWays();
        assertEquals("vanth-pair0", vanth.tunnel(toB).path("interface").asText());
        assertTrue(vanth.statusText().contains("by routes into vanth-pair1"), vanth.statusText());
        String rules = net.a().gateway().ip("rule") + net.a().gateway().ip("route show table all");
        assertFalse(rules.contains("lookup 5600") || rules.contains("table 5600"), rules);
        tap.stop(net.b().gateway(), "192.0.2.1");
        assertEquals(0, tap.count("net 10.0.0.0/8"));
        assertNotEquals(0, tap.esp());
    }

    /// Both phases of one, and nothing of the other is lost either.
    @Test
    void newKeysLoseNothing(Lab lab) {
        Link brief = toB.lifetime(SHORT);
        Vanth vanth = start(brief, toC);
        StrongSwan b = net.b().strongSwan(toB.mirror());
        c.strongSwan(toC.mirror());
        vanth.up(brief);
        vanth.up(toC);
        NumberedStream there = net.traffic(toB).aToB(PER_SECOND, COUNT);
        NumberedStream other = trafficToC(lab).bToA(PER_SECOND, COUNT);
        String after = "%s%n%s%n%s%n%s".formatted(there.report(), other.report(), net.losses(), vanth.log());
        assertTrue(there.report().lost() <= net.unreadAtB(), after);
        assertEquals(COUNT, other.report().received(), after);
        assertTrue(b.establishedCount() >= 3, b.log());
    }

    /// As WireGuard's users do: all goes in but what the daemon sends itself, and what keeps its way in the main table.
    @Test
    void theDefaultRouteGoesIn(Lab lab) {
        net.b().gateway().ip("addr add %s/32 dev lo".formatted(FAR));
        Vanth vanth = start(toB, toC);
        Namespace gateway = net.a().gateway();
        gateway.ip("route add default dev vanth-pair0 table 77");
        gateway.ip("rule add not fwmark 0x56414e54 priority 20000 lookup 77");
        gateway.ip("rule add priority 19999 lookup main suppress_prefixlength 0");
        Peers peers = new Peers(net, vanth, net.b().strongSwan(toB.mirror()));
        peers.up(Role.INITIATOR, toB);
        net.traffic(toB).pingBothWays();
        assertEquals(0, ping(FAR).exit());
        vanth.down(toB);
        peers.up(Role.RESPONDER, toB);
        assertEquals(0, ping(FAR).exit());
    }

    private Command.Result ping(String target) {
        return net.a().host().command("ping", "-c", "1", "-W", "3", "-I", "10.1.0.10", target).run();
    }

    /// The interface stays with the operator's routes, until no connection wants it any more.
    @Test
    void nothingLeaksWhileTheDaemonIsGone(Lab lab) {
        net.a().gateway().set("net.ipv4.conf.default.ignore_routes_with_linkdown", 1);
        Vanth vanth = start(toB, toC);
        Peers peers = new Peers(net, vanth, net.b().strongSwan(toB.mirror()));
        var tap = net.tap();
        assertNotEquals(0, ping("10.1.1.10").exit(), "nobody answers at C");
        for (int restart = 0; restart < 2; restart++) {
            peers.up(Role.INITIATOR, toB);
            net.traffic(toB).pingBothWays();
            vanth.kill();
            assertNotEquals(0, ping("10.2.0.10").exit());
            assertTrue(net.a().gateway().ip("route get 10.2.0.10").contains("dev vanth-pair0"));
            vanth.start();
        }
        assertEquals(0, vanth.terminate(), vanth.log());
        assertNotEquals(0, ping("10.2.0.10").exit());
        tap.stop(net.b().gateway(), "192.0.2.1");
        assertEquals(0, tap.count("net 10.0.0.0/8"));
        var control = net.tap();
        Vanth other = net.a().vanth(ROUTE_BASED, toC);
        String links = net.a().gateway().ip("link");
        assertTrue(links.contains("vanth-pair1") && !links.contains("vanth-pair0"), links + other.log());
        assertNotEquals(0, ping("10.2.0.10").exit());
        control.stop(net.b().gateway(), "192.0.2.1");
        assertNotEquals(0, control.count("net 10.2.0.0/24"), "the tap sees what goes in clear");
    }

    /// Its addresses and routes are to be set again by whoever has removed it; the other tunnel does not notice.
    @Test
    void aRemovedInterfaceIsMadeAgain(Lab lab) {
        Vanth vanth = start(toB, toC);
        new Peers(net, vanth, net.b().strongSwan(toB.mirror())).up(Role.INITIATOR, toB);
        new Peers(net, vanth, c.strongSwan(toC.mirror())).up(Role.INITIATOR, toC);
        net.a().gateway().ip("link del vanth-pair0");
        vanth.awaitLog("interface vanth-pair0 is there again");
        trafficToC(lab).pingBothWays();
        net.a().gateway().ip("route add 10.2.0.0/24 dev vanth-pair0");
        net.traffic(toB).pingBothWays();
    }

    /// As a newcomer may route: what the daemon sends to the peer is not wrapped again without end, and he is told.
    @Test
    void thePeersOwnAddressIsRoutedIn(Lab lab) {
        Vanth vanth = start(toB, toC);
        new Peers(net, vanth, net.b().strongSwan(toB.mirror())).up(Role.INITIATOR, toB);
        var tap = net.tap();
        net.a().gateway().ip("route add %s/32 dev vanth-pair0".formatted(toB.remote().address()));
        assertNotEquals(0, ping("10.2.0.10").exit());
        vanth.awaitLog("leads into vanth-pair0, the tunnel's own interface");
        tap.stop(net.b().gateway(), "192.0.2.1");
        assertEquals(0, tap.esp(), "nothing gets out");
        vanth.assertExplains(toB, List.of("leads into vanth-pair0", "Route it past the interface"));
        String dropped = vanth.metrics().lines().filter(each -> each.contains("own_packet")).findFirst()
                .orElseThrow();
        double count = Double.parseDouble(dropped.substring(dropped.lastIndexOf(' ') + 1));
        assertTrue(count > 0 && count < 100, dropped);
        net.a().gateway().ip("route del %s/32 dev vanth-pair0".formatted(toB.remote().address()));
        net.traffic(toB).pingBothWays();
    }

    /// An interface that somebody else has made is left alone.
    @Test
    void aForeignInterfaceIsNotTaken(Lab lab) {
        net.a().gateway().ip("tuntap add vanth-pair0 mode tun");
        AssertionError refused = assertThrows(AssertionError.class,
                () -> net.a().vanth(ROUTE_BASED, toB));
        assertTrue(refused.getMessage().contains("interface vanth-pair0, which another program has made"),
                refused.getMessage());
        assertTrue(List.of(net.a().gateway().ip("link").split("\\s")).contains("vanth-pair0:"));
    }
}
