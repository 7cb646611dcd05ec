package io.vanth.lab;

import io.vanth.dataplane.netlink.testkit.XfrmInterfaceModule;
import io.vanth.lab.Link.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-9 and D-15: two route-based tunnels beside each other over the kernel's IPsec, both for everything, each through an
/// XFRM interface of its own, to two strongSwan gateways. What goes through which is the operator's choice, with the same
/// configuration as over the userspace engine ([RouteBasedIT]).
@InLab
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class RouteBasedKernelLab {
    private static final Besides ROUTE_BASED = Besides.settings("interface: vanth-LINK");
    private static final String ALL = "0.0.0.0/0";
    private static final String ALL6 = "::/0";
    private static final int MTU = 1400;
    private static final int NARROW = 1380;
    /// In each moment.
    private static final int PACKETS = 100;
    private static final String FAR = "203.0.113.77";
    private static final int PER_SECOND = 100;
    private static final int COUNT = PER_SECOND * 6;
    /// strongSwan's, and one of the gateway that has nothing to do with Vanth.
    private static final int FOREIGN = 42;

    private Topology net;
    private Site c;
    private Link toB;
    private Link toC;

    @BeforeAll
    static void needModule() {
        XfrmInterfaceModule.require();
    }

    @BeforeEach
    void layOut(Lab lab) {
        net = lab.siteToSite(Middle.ROUTER);
        net.a().gateway().ip("link add foreign type xfrm if_id " + FOREIGN);
        net.a().gateway().set("net.ipv4.conf.all.rp_filter", 1);
        c = net.neighbourOfA();
        toB = everything(net.link());
        toC = everything(Link.between("pair1", net.link().local(),
                new Endpoint(Topology.NEIGHBOUR, "c.example", "10.1.1.0/24", "10.1.1.10")));
    }

    private static Link everything(Link link) {
        return link.plane(Link.Plane.KERNEL).encapsulation(Link.Encapsulation.AUTO)
                .local(link.local().network(ALL)).remote(link.remote().network(ALL));
    }

    private Vanth start(Link... links) {
        Vanth vanth = net.a().vanth(ROUTE_BASED, links);
        net.a().gateway().ip("route add 10.2.0.0/24 dev vanth-pair0");
        if (links.length > 1) {
            net.a().gateway().ip("route add 10.1.1.0/24 dev vanth-pair1");
        }
        return vanth;
    }

    private static StrongSwan strongSwan(Site site, Link link) {
        return strongSwan(site, link, "route add 10.1.0.0/24 dev routed");
    }

    private static StrongSwan strongSwan(Site site, Link link, String route) {
        site.gateway().ip("link add routed type xfrm if_id " + FOREIGN);
        site.gateway().ip("link set routed up mtu " + MTU);
        site.gateway().ip(route);
        return StrongSwan.routeBased(site, FOREIGN, List.of(link.mirror()));
    }

    private Traffic trafficToC(Lab lab) {
        return new Traffic(lab, net.a().host(), c.host(), toC);
    }

    private static void rekey(Role role, Vanth vanth, StrongSwan swan, Link link) {
        if (role == Role.INITIATOR) {
            vanth.rekey(link);
        } else {
            swan.rekey(link);
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoForEverythingBesideEachOther(Role role, Lab lab) {
        Vanth vanth = start(toB, toC);
        StrongSwan b = strongSwan(net.b(), toB);
        var tap = net.tap();
        Peers peers = new Peers(net, vanth, b);
        peers.up(role, toB);
        new Peers(net, vanth, strongSwan(c, toC)).up(role, toC);
        net.traffic(toB).pingBothWays();
        trafficToC(lab).pingBothWays();
        assertEquals("vanth-pair0", vanth.tunnel(toB).path("interface").asText());
        String states = net.a().gateway().ip("xfrm state");
        assertEquals(2, states.split("if_id 0x56000001", -1).length - 1, states);
        assertEquals(2, states.split("if_id 0x56000002", -1).length - 1, states);
        NumberedStream there = net.traffic(toB).aToB(PER_SECOND, COUNT);
        NumberedStream other = trafficToC(lab).bToA(PER_SECOND, COUNT);
        rekey(role, vanth, b, toB);
        assertEquals(COUNT, there.report().received(), () -> net.losses() + b.log() + vanth.log());
        assertEquals(COUNT, other.report().received(), () -> net.losses() + vanth.log());
        assertTrue(b.establishedCount() >= 2, b.log());
        peers.down(role, toB);
        assertFalse(net.traffic(toB).answers());
        trafficToC(lab).pingBothWays();
        tap.stop(net.b().gateway(), "192.0.2.1");
        assertEquals(0, tap.count("net 10.0.0.0/8"));
        assertNotEquals(0, tap.esp());
    }

    /// The interface stays with the operator's routes, until no connection wants it any more. All the while a host begins
    /// connections and sends echo requests and numbered datagrams into it.
    @Test
    void nothingLeaksWhateverHappensToTheDaemon(Lab lab) throws Exception {
        Vanth vanth = start(toB, toC);
        Peers peers = new Peers(net, vanth, strongSwan(net.b(), toB));
        var tap = net.tap();
        ClearStream stream = ClearStream.start(lab, net.a().host(), 1, ClearStream.Route.to("10.2.0.10"));
        moment(stream);
        peers.up(Role.INITIATOR, toB);
        net.traffic(toB).pingBothWays();
        Command.Result reload = vanth.reload(toB.dpd(Duration.ofSeconds(20), Duration.ofSeconds(60)), toC);
        assertEquals(0, reload.exit(), reload::all);
        moment(stream);
        vanth.kill();
        moment(stream);
        assertFalse(trafficToC(lab).answers());
        assertTrue(leadsInto("vanth-pair0"));
        vanth.start();
        assertTrue(leadsInto("vanth-pair0"));
        moment(stream);
        peers.up(Role.INITIATOR, toB);
        net.traffic(toB).pingBothWays();
        assertEquals(0, vanth.terminate(), vanth.log());
        moment(stream);
        assertFalse(net.traffic(toB).answers());
        tap.stop(net.b().gateway(), "192.0.2.1");
        assertEquals(0, tap.count("net 10.0.0.0/8"));
        assertNotEquals(0, tap.esp());
        assertTrue(interfaces().containsAll(List.of("vanth-pair0", "vanth-pair1")));
        var control = net.tap();
        net.a().vanth(ROUTE_BASED, toC);
        List<String> names = interfaces();
        assertTrue(names.containsAll(List.of("vanth-pair1", "foreign")) && !names.contains("vanth-pair0"),
                names::toString);
        assertFalse(net.traffic(toB).answers());
        control.stop(net.b().gateway(), "192.0.2.1");
        assertNotEquals(0, control.count("net 10.2.0.0/24"), "the tap sees what goes in clear");
    }

    private static void moment(ClearStream stream) {
        int enough = stream.offered() + PACKETS;
        stream.hurry(true);
        stream.awaitOffered(enough);
        stream.hurry(false);
    }

    private boolean leadsInto(String device) {
        return net.a().gateway().ip("route get 10.2.0.10").contains("dev " + device);
    }

    private List<String> interfaces() {
        return net.a().gateway().ip("-br link").lines().map(line -> line.split("[@ ]", 2)[0]).toList();
    }

    /// The first packet asks for the tunnel, and is lost: nothing waits on such an interface.
    @Test
    void whatIsRoutedInOverIpv6BringsItUp(Lab lab) {
        Link link = net.link6().plane(Link.Plane.KERNEL).encapsulation(Link.Encapsulation.AUTO)
                .local(net.link6().local().network(ALL6)).remote(net.link6().remote().network(ALL6));
        strongSwan(net.b(), link, "-6 route add 2001:db8:1::/64 dev routed");
        Vanth vanth = net.a().vanth(ROUTE_BASED, link.start(Link.Start.ON_DEMAND));
        net.a().gateway().ip("-6 route add 2001:db8:2::/64 dev vanth-" + link.name());
        assertFalse(vanth.isUp(link), "the kernel sends nothing of its own into it");
        Await.until("the tunnel is up", Await.LIMIT, net.traffic(link)::answers, vanth::log);
        net.traffic(link).pingBothWays();
    }

    /// By the ordinary route to the peer.
    @Test
    void theSenderHearsWhatFitsThroughTheWholePath(Lab lab) {
        Vanth vanth = start(toB);
        new Peers(net, vanth, strongSwan(net.b(), toB)).up(Role.INITIATOR, toB);
        assertEquals(MTU, PathScenario.findsWhatFits(net, toB, MTU));
        net.router().orElseThrow().ip("link set to-b mtu " + NARROW);
        net.b().gateway().ip("link set %s mtu %d".formatted(Site.WAN, NARROW));
        assertTrue(PathScenario.findsWhatFits(net, toB, MTU) < NARROW);
    }

    /// As WireGuard's users do: all goes in but what the daemon sends itself, and what keeps its way in the main table. A
    /// strict filter of reverse paths would drop what comes from the peer, to which the way back goes in.
    @Test
    void theDefaultRouteGoesInAndSomebodyRemovesTheInterface(Lab lab) {
        net.b().gateway().ip("addr add %s/32 dev lo".formatted(FAR));
        Namespace gateway = net.a().gateway();
        gateway.set("net.ipv4.conf.all.rp_filter", 2);
        gateway.ip("link add vanth-pair0 type dummy");
        AssertionError refused = assertThrows(AssertionError.class, () -> net.a().vanth(ROUTE_BASED, toB));
        assertTrue(refused.getMessage().contains("interface vanth-pair0, which another program has made"),
                refused.getMessage());
        gateway.ip("link del vanth-pair0");
        Vanth vanth = net.a().vanth(ROUTE_BASED, toB);
        gateway.ip("route add default dev vanth-pair0 table 77");
        gateway.ip("rule add not fwmark 0x56414e54 priority 20000 lookup 77");
        gateway.ip("rule add priority 19999 lookup main suppress_prefixlength 0");
        Peers peers = new Peers(net, vanth, strongSwan(net.b(), toB));
        peers.up(Role.INITIATOR, toB);
        assertEquals(0, pingFar().exit());
        gateway.ip("link del vanth-pair0");
        Await.until("the interface is there again", () -> interfaces().contains("vanth-pair0"));
        gateway.ip("route add default dev vanth-pair0 table 77");
        assertEquals(0, pingFar().exit(), vanth::log);
        vanth.down(toB);
        peers.up(Role.RESPONDER, toB);
        assertEquals(0, pingFar().exit());
    }

    private Command.Result pingFar() {
        return net.a().host().command("ping", "-c", "1", "-W", "3", "-I", "10.1.0.10", FAR).run();
    }
}
