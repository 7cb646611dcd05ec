package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RoutingLabTest {
    private static final int TABLE = 777;
    private static final int PROTOCOL = 99;

    private NetworkNamespace namespace;
    private NetlinkSocket socket;
    private int veth;

    @BeforeEach
    void makeNamespace() throws Exception {
        namespace = NetworkNamespace.create();
        namespace.command("ip", "link", "add", "left", "type", "veth", "peer", "name", "right");
        namespace.command("ip", "link", "set", "right", "up");
        socket = namespace.call(() -> NetlinkSocket.open(NetlinkSocket.ROUTE));
        var links = new Links(socket);
        veth = links.find("left").orElseThrow().index();
        links.up(veth, 1400);
    }

    @AfterEach
    void close() {
        if (socket != null) {
            socket.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    void anInterfaceIsFoundAndChanged() throws Exception {
        var links = new Links(socket);
        assertEquals(Optional.of(new NetworkLink(veth, "left", 1400, true, "", OptionalInt.empty())),
                links.find("left"));
        assertEquals(Optional.empty(), links.find("nowhere"));
        for (String address : List.of("10.9.0.1", "fd00:9::1")) {
            var added = new LinkAddress(veth, InetAddress.ofLiteral(address), 24);
            links.addAddress(added);
            assertTrue(links.addresses().contains(added), address);
        }
        assertTrue(namespace.command("ip", "addr", "show", "left").contains("10.9.0.1/24"));
        links.delete(veth);
        assertEquals(Optional.empty(), links.find("left"));
    }

    @Test
    void aRefusalBearsTheKernelsWords() {
        LinuxException refused = assertThrows(LinuxException.class, () -> new Links(socket).up(veth, 1 << 30));
        assertTrue(refused.is(Errno.EINVAL), refused.getMessage());
        assertTrue(
                refused.getMessage().matches("RTM_NEWLINK interface \\d+ mtu \\d+ up: EINVAL .*: mtu greater than.*"),
                refused.getMessage());
    }

    @Test
    void routesOfBothFamiliesComeAndGo() throws Exception {
        var links = new Links(socket);
        var table = new RoutingTable(socket);
        for (String[] family : List.of(new String[]{"10.9.0.1", "10.2.0.0/16"},
                new String[]{"fd00:9::1", "fd00:2::/32"}, new String[]{"10.9.0.1", "0.0.0.0/0"})) {
            InetAddress source = InetAddress.ofLiteral(family[0]);
            links.addAddress(new LinkAddress(veth, source, source.getAddress().length * 8));
            IpPrefix network = IpPrefix.parse(family[1]);
            var device = new Route(network, TABLE, 50, PROTOCOL, new Route.Device(veth, Optional.of(source)));
            var unreachable = new Route(network, TABLE, 4096, PROTOCOL, new Route.Unreachable());
            table.replace(device);
            table.replace(unreachable);
            table.replace(device);
            assertEquals(List.of(device, unreachable), table.list(network.isIpv6(), TABLE));
            assertTrue(table.delete(device));
            assertFalse(table.delete(device));
            assertEquals(List.of(unreachable), table.list(network.isIpv6(), TABLE));
            assertTrue(table.delete(unreachable));
            assertEquals(List.of(), table.list(network.isIpv6(), TABLE));
        }
    }

    @Test
    void rulesAreReadAsTheyWereWritten() throws Exception {
        var rules = new RoutingRules(socket);
        var match = new RoutingRule.Match(Optional.of(IpPrefix.parse("10.1.0.0/16")),
                Optional.of(IpPrefix.parse("10.2.0.0/16")), Optional.of("lo"), Optional.of(0x5a), Optional.of(17),
                Optional.of(new RoutingRule.Ports(500, 500)), Optional.of(new RoutingRule.Ports(1, 65_535 - 1)));
        List<RoutingRule> made = List.of(
                new RoutingRule(false, 100, PROTOCOL, match, new RoutingRule.GoTo(120)),
                new RoutingRule(false, 110, PROTOCOL, RoutingRule.Match.marked(7), new RoutingRule.Lookup(TABLE)),
                new RoutingRule(false, 120, PROTOCOL, RoutingRule.Match.ALL, new RoutingRule.Nothing()));
        for (RoutingRule rule : made.reversed()) {
            assertTrue(rules.add(rule));
            assertFalse(rules.add(rule), "there already");
        }
        assertEquals(made, rules.list(false, PROTOCOL));
        assertTrue(namespace.command("ip", "rule").contains("from 10.1.0.0/16 to 10.2.0.0/16"));
        for (RoutingRule rule : made) {
            assertTrue(rules.delete(rule));
            assertFalse(rules.delete(rule));
        }
        assertEquals(List.of(), rules.list(false, PROTOCOL));
        assertEquals(List.of(), rules.list(true, PROTOCOL));
    }

    @Test
    void theLookupSaysWhichSourceReachesAnAddress() throws Exception {
        InetAddress source = InetAddress.ofLiteral("10.9.0.1");
        new Links(socket).addAddress(new LinkAddress(veth, source, 24));
        var table = new RoutingTable(socket);
        table.replace(new Route(IpPrefix.parse("10.2.0.0/16"), RoutingTable.MAIN, 0, PROTOCOL,
                new Route.Gateway(veth, InetAddress.ofLiteral("10.9.0.254"), Optional.empty())));
        InetAddress router = InetAddress.ofLiteral("10.9.0.254");
        assertEquals(Optional.of(new ChosenRoute(veth, Optional.of(router), Optional.of(source))),
                table.lookup(InetAddress.ofLiteral("10.2.3.4"), 0));
        assertEquals(Optional.of(new ChosenRoute(veth, Optional.empty(), Optional.of(source))),
                table.lookup(InetAddress.ofLiteral("10.9.0.7"), 0));
        assertEquals(Optional.empty(), table.lookup(InetAddress.ofLiteral("10.3.0.1"), 0));
        new RoutingRules(socket).add(
                new RoutingRule(false, 10, PROTOCOL, RoutingRule.Match.marked(5), new RoutingRule.Lookup(TABLE)));
        table.replace(new Route(IpPrefix.parse("10.2.0.0/16"), TABLE, 9, PROTOCOL, new Route.Unreachable()));
        assertEquals(Optional.empty(), table.lookup(InetAddress.ofLiteral("10.2.3.4"), 5), "by the mark");
    }

    @Test
    void aLongTableIsListedWhole() throws Exception {
        var table = new RoutingTable(socket);
        for (int index = 0; index < 3000; index++) {
            InetAddress host = InetAddress.getByAddress(new byte[]{10, 2, (byte) (index >> 8), (byte) index});
            table.replace(new Route(new IpPrefix(host, 32), TABLE, 9, PROTOCOL, new Route.Unreachable()));
        }
        assertEquals(3000, table.list(false, TABLE).size());
    }
}
