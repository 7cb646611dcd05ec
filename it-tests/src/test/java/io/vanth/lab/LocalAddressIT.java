package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: Vanth's own address is what an interface has, or what leads to the peer, and changes under way. The peer takes
/// it from any address.
@InLab
final class LocalAddressIT {
    private static final String ROUTE = "";
    private static final String MOVED = "192.0.2.99";

    /// Vanth's link, from where `own` says.
    private static Link from(String own, Link link) {
        return link.start(Start.ALWAYS).local(link.local().address(own));
    }

    /// The peer's, which only waits.
    private static Link atB(Topology net, Link link) {
        Link mirror = net.atB(link).start(Start.PASSIVE);
        return mirror.remote(mirror.remote().address("%any"));
    }

    private static void awaitTraffic(Topology net, Link link, Vanth vanth) {
        long begun = System.nanoTime();
        Await.until("traffic flows again", Duration.ofSeconds(60), net.traffic(link)::answers, vanth::log);
        System.out.printf("[lab] %s: traffic is back after %.1f s%n", link.name(), (System.nanoTime() - begun) / 1e9);
        net.traffic(link).pingBothWays();
    }

    @Test
    void theAddressOfTheInterfaceChanges(Lab lab) {
        var net = lab.siteToSite();
        var link = from(Site.WAN, net.link());
        assertFollows(net, link, atB(net, net.link()));
    }

    @Test
    void theAddressTowardsThePeerChanges(Lab lab) {
        var net = lab.siteToSite();
        var link = from(ROUTE, net.link());
        assertFollows(net, link, atB(net, net.link()));
    }

    private static void assertFollows(Topology net, Link link, Link atB) {
        net.a().gateway().set("net.ipv4.conf.wan.promote_secondaries", 1);
        var swan = net.b().strongSwan(atB);
        var vanth = net.a().vanth(link);
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        net.traffic(link).pingAlways();
        net.a().gateway().ip("addr del 192.0.2.1/24 dev wan");
        net.a().gateway().ip("addr add %s/24 dev wan".formatted(MOVED));
        awaitTraffic(net, link, vanth);
        assertTrue(swan.sas(atB).contains(MOVED), swan.sas(atB));
        assertEquals(1, swan.isakmpSas(atB), "the peer keeps none of the old: " + swan.sas(atB));
        assertEquals(1, swan.ipsecSas(atB), swan.sas(atB));
        net.a().gateway().ip("addr add 192.0.2.1/24 dev wan");
        net.a().gateway().ip("addr del %s/24 dev wan".formatted(MOVED));
        awaitTraffic(net, link, vanth);
        assertEquals(0, vanth.terminate(), vanth.log());
        swan.awaitGone(atB);
    }

    /// The route into the tunnel leads to the peer too, but not for IKE; nor does the leak protection that stays between
    /// two runs hide the peer.
    @Test
    void thePeerIsInsideTheProtectedNetwork(Lab lab) {
        var net = lab.siteToSite();
        var link = from(ROUTE, net.link());
        var inside = new Link.Endpoint(link.remote().address(), link.remote().id(), "192.0.2.0/24", "192.0.2.200");
        link = link.remote(inside);
        var atB = atB(net, net.link().remote(inside));
        net.b().host().ip("addr add 192.0.2.200/32 dev lan");
        net.b().gateway().ip("route add 192.0.2.200/32 dev lan");
        var swan = net.b().strongSwan(atB);
        var vanth = net.a().vanth(link);
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        assertTrue(swan.sas(atB).contains("192.0.2.1"), swan.sas(atB));
        assertEquals(0, vanth.terminate(), vanth.log());
        vanth.start();
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        assertFalse(vanth.log().contains("no route leads to the peer"), vanth.log());
    }

    @Test
    void overIpv6(Lab lab) {
        var net = lab.siteToSite();
        var link = from(Site.WAN, net.link6());
        var atB = atB(net, net.link6());
        var swan = net.b().strongSwan(atB);
        var vanth = net.a().vanth(link);
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        net.a().gateway().ip("addr del 2001:db8:f::1/64 dev wan");
        net.a().gateway().ip("addr add 2001:db8:f::99/64 dev wan");
        awaitTraffic(net, link, vanth);
        assertEquals(1, swan.isakmpSas(atB), swan.sas(atB));
    }

    /// The address stays, and what was agreed with it: the link is only silent for a while.
    @Test
    void theLinkGoesDownAndUpAgain(Lab lab) {
        var net = lab.siteToSite();
        var link = from(Site.WAN, net.link());
        var atB = atB(net, net.link());
        var swan = net.b().strongSwan(atB);
        var vanth = net.a().vanth(link);
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        net.a().gateway().ip("link set wan down");
        Await.until("Vanth says so", Await.LIMIT, () -> vanth.log().contains("is not there"), vanth::log);
        assertFalse(net.traffic(link).answers());
        net.a().gateway().ip("link set wan up");
        awaitTraffic(net, link, vanth);
        assertEquals(1, swan.establishedCount(), swan.log());
    }

    @Test
    void waitsForAnAddress(Lab lab) {
        var net = lab.siteToSite();
        var link = from(Site.WAN, net.link());
        net.b().strongSwan(atB(net, net.link()));
        net.a().gateway().ip("addr del 192.0.2.1/24 dev wan");
        var vanth = net.a().vanth(link);
        Await.until("Vanth says so", () -> vanth.failure(link).contains("the IPv4 address of wan"));
        String explanation = vanth.explain(link);
        assertTrue(explanation.contains("ip address show dev wan"), explanation);
        net.a().gateway().ip("addr add %s/24 dev wan".formatted(MOVED));
        awaitTraffic(net, link, vanth);
    }
}
