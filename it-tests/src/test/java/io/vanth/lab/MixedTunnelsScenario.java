package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Endpoint;
import io.vanth.lab.Link.Plane;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/// D-9: a route-based tunnel for everything, to strongSwan at B, and one that its selectors choose packets for, to
/// strongSwan at C, on one gateway. The default route leads into the first one's interface, and a route to the network
/// behind C as well: the selectors come first all the same, whichever of the two tunnels is up.
final class MixedTunnelsScenario {
    private static final String DEVICE = "vanth-pair0";
    private static final int FOREIGN = 42;
    private static final int MTU = 1400;

    private final Lab lab;
    private final Plane plane;
    private final Topology net;
    private final Site c;
    private final Link routed;
    private final Link selected;

    private MixedTunnelsScenario(Lab lab, Plane plane) {
        this.lab = lab;
        this.plane = plane;
        net = lab.siteToSite(Middle.ROUTER);
        c = net.neighbourOfA();
        routed = Way.ROUTES.of(on(net.link()));
        selected = on(Link.between("pair1", net.link().local(),
                new Endpoint(Topology.NEIGHBOUR, "c.example", "10.1.1.0/24", "10.1.1.10")));
    }

    private Link on(Link link) {
        return link.plane(plane).encapsulation(plane == Plane.KERNEL ? Encapsulation.AUTO : Encapsulation.YES);
    }

    static void play(Lab lab, Plane plane, Role role) {
        new MixedTunnelsScenario(lab, plane).play(role);
    }

    private void play(Role role) {
        Vanth vanth = net.a().vanth(Way.ROUTES.besides().only(routed), routed, selected);
        leadAllIn();
        Peers b = new Peers(net, vanth, routedStrongSwan());
        Peers atC = new Peers(net, vanth, c.strongSwan(selected.mirror()));
        // On the gateway a tap sees what the kernel has decrypted, too.
        WireTap tap = WireTap.clearOnly(lab, net.router().orElseThrow(), "any", net.link().local().address(),
                "net 10.0.0.0/8");
        b.up(role, routed);
        atC.up(role, selected);
        both();
        vanth.rekey(selected);
        vanth.rekey(routed);
        both();
        atC.down(role, selected);
        net.traffic(routed).pingBothWays();
        nothingOfTheSelectedGoesElsewhere();
        atC.up(role, selected);
        b.down(role, routed);
        toC().pingBothWays();
        assertFalse(net.traffic(routed).answers());
        vanth.kill();
        assertFalse(net.traffic(routed).answers());
        // The kernel's SAs serve on.
        assertEquals(plane == Plane.KERNEL, toC().answers());
        vanth.start();
        atC.swan().forget(selected);
        b.up(role, routed);
        atC.up(role, selected);
        both();
        tap.stop();
        assertEquals(0, tap.count("net 10.0.0.0/8"), "packets in clear");
    }

    /// Packets of Vanth itself go by their mark, and what keeps its way in the main table does so.
    private void leadAllIn() {
        Namespace gateway = net.a().gateway();
        gateway.set("net.ipv4.conf.all.rp_filter", 2);
        gateway.ip("route add 10.1.1.0/24 dev " + DEVICE);
        gateway.ip("route add default dev %s table 77".formatted(DEVICE));
        gateway.ip("rule add not fwmark 0x56414e54 priority 20000 lookup 77");
        gateway.ip("rule add priority 19999 lookup main suppress_prefixlength 0");
    }

    private StrongSwan routedStrongSwan() {
        Namespace gateway = net.b().gateway();
        return switch (plane) {
            case USERSPACE -> {
                // Its own route for everything leads what it has decrypted back into its tunnel.
                gateway.ip("rule add to 10.2.0.0/24 priority 100 lookup main");
                yield net.b().strongSwan(routed.mirror());
            }
            case KERNEL -> {
                gateway.ip("link add routed type xfrm if_id " + FOREIGN);
                gateway.ip("link set routed up mtu " + MTU);
                gateway.ip("route add 10.1.0.0/24 dev routed");
                yield StrongSwan.routeBased(net.b(), FOREIGN, List.of(routed.mirror()));
            }
        };
    }

    private Traffic toC() {
        return new Traffic(lab, net.a().host(), c.host(), selected);
    }

    private void both() {
        net.traffic(routed).pingBothWays();
        toC().pingBothWays();
    }

    /// Neither into the other tunnel, which is up and would take it, nor in clear.
    private void nothingOfTheSelectedGoesElsewhere() {
        WireTap tap = net.tap();
        assertFalse(toC().answers());
        tap.stop(net.router().orElseThrow(), net.link().local().address());
        assertEquals(0, tap.esp(), "packets in the other tunnel");
        assertEquals(0, tap.count("net 10.0.0.0/8"), "packets in clear");
    }
}
