package io.vanth.lab;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: IKE and ESP in a VRF, the networks behind the tunnel outside of it. In the main table another interface has the
/// outer network too, and nobody in it. This kernel has no filter for both families, so the operator routes.
@InLab
final class VrfKernelLab {
    private static final Besides BOUND = Besides.daemon("  routes: false\nports: {device: blue}");

    private static void separate(Topology net) {
        Namespace gateway = net.a().gateway();
        Command.of("modprobe", "vrf").checked();
        gateway.ip("link add blue type vrf table 10");
        gateway.ip("link set blue up");
        gateway.ip("link set wan master blue");
        gateway.ip("link add side type veth peer name nobody");
        gateway.ip("link set side up");
        gateway.ip("addr add 192.0.2.99/24 dev side");
        assertTrue(gateway.ip("route get 192.0.2.2").contains("dev side"), "the way that is wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", ""})
    void theTunnelLeadsThroughTheVrf(String own, Lab lab) {
        var net = lab.siteToSite();
        separate(net);
        var link = net.link().local(net.link().local().address(own));
        var vanth = net.a().vanth(BOUND, link);
        net.a().gateway().ip("route add %s dev vanth0".formatted(link.remote().network()));
        assertFalse(vanth.log().contains("no interface 'blue'"), vanth.log());
        var peers = new Peers(net, vanth, net.b().strongSwan(net.atB(net.link())));
        peers.up(Role.INITIATOR, link);
        net.traffic(link).pingBothWays();
        peers.down(Role.INITIATOR, link);
        peers.swan().up(net.link());
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        assertEquals(0, vanth.terminate(), vanth.log());
    }
}
