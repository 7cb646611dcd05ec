package io.vanth.lab;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: a daemon whose sockets are bound to an interface. In a VRF it works by the same option; this is for kernels
/// without any.
@InLab({Program.IP, Program.NFT, Program.PING, Program.IPERF, Program.TCPDUMP, Program.STRONGSWAN, Program.SCAN})
final class DeviceIT {
    private static final Besides BOUND = Besides.daemon("ports: {device: %s}".formatted(Site.WAN));
    private static final String OFFER = "--trans=(1=7,14=256,2=4,3=1,4=14)";

    /// A scanner on another link of gateway A, with a way to its outer address.
    private static Namespace scanner(Topology net) {
        Namespace other = net.lab().namespace("other");
        Command.of("ip", "link", "add", "side", "netns", net.a().gateway().name(), "type", "veth", "peer", "name",
                "side", "netns", other.name()).checked();
        net.a().gateway().ip("link set side up");
        net.a().gateway().ip("addr add 10.9.0.1/24 dev side");
        other.ip("link set side up");
        other.ip("addr add 10.9.0.9/24 dev side");
        other.ip("route add default via 10.9.0.1");
        return other;
    }

    private static String scan(Namespace from, Topology net) {
        return from.command("ike-scan", "--nodns", "--retry=2", "--timeout=1000", OFFER, net.link().local().address())
                .checked();
    }

    /// The scanner's address is the peer's, so that only the link makes the difference.
    @Test
    void whatArrivesByAnotherInterfaceIsNotAnswered(Lab lab) {
        var net = lab.siteToSite();
        Namespace other = scanner(net);
        var anybody = net.link().remote(net.link().remote().address("any"));
        var unbound = net.a().vanth(anybody);
        assertTrue(scan(other, net).contains("1 returned handshake"), "the way is there");
        assertEquals(0, unbound.terminate(), unbound.log());
        net.a().vanth(BOUND, anybody);
        String answer = scan(other, net);
        assertTrue(answer.contains("0 returned handshake"), answer);
        answer = scan(net.b().gateway(), net);
        assertTrue(answer.contains("1 returned handshake"), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", Site.WAN, ""})
    void theTunnelOverTheDeviceCarriesTraffic(String own, Lab lab) {
        var net = lab.siteToSite();
        scanner(net);
        var link = net.link().local(net.link().local().address(own));
        // Whoever is not bound takes this way, and arrives nowhere.
        net.a().gateway().ip("route add %s/32 via 10.9.0.9".formatted(link.remote().address()));
        net.a().gateway().ip("route add %s/32 dev wan metric 50".formatted(link.remote().address()));
        var vanth = net.a().vanth(BOUND, link);
        var swan = net.b().strongSwan(net.atB(net.link()));
        var peers = new Peers(net, vanth, swan);
        peers.up(Role.INITIATOR, link);
        net.traffic(link).pingBothWays();
        peers.down(Role.INITIATOR, link);
        swan.up(net.link());
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
    }

    /// The routes there decide from where the peer is reached, and a device that comes later is waited for.
    @Test
    void aDeviceThatComesLater(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Link.Start.ALWAYS).local(net.link().local().address(""));
        net.a().gateway().ip("link set wan down");
        net.a().gateway().ip("link set wan name later");
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(BOUND, link);
        assertTrue(vanth.log().contains("this machine has no interface 'wan' now"), vanth.log());
        assertFalse(vanth.isUp(link));
        net.a().gateway().ip("link set later name wan");
        net.a().gateway().ip("link set wan up");
        vanth.awaitUp(link);
        swan.awaitUp(net.link());
        net.traffic(link).pingBothWays();
    }

    @Test
    void withAWrittenAddressItDoesNotStartWithoutTheDevice(Lab lab) {
        var net = lab.siteToSite();
        var vanth = net.a().vanth(BOUND, net.link());
        vanth.terminate();
        net.a().gateway().ip("link set wan down");
        net.a().gateway().ip("link set wan name later");
        AssertionError refused = assertThrows(AssertionError.class, vanth::start);
        assertTrue(refused.getMessage().contains("there is no interface 'wan', which ports.device names"),
                refused.getMessage());
    }
}
