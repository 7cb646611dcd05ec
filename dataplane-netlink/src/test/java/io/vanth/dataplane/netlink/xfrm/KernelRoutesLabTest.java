package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Where the kernel sends what, as it says itself. The gateway has 10.1.0.1 on `lan` and 192.0.2.1 on `wan`; its operator
/// has a default route there, and one to 10.7.0.0/24 by a router on `lan`. The same for IPv6.
class KernelRoutesLabTest {
    private static final String DEFAULT = "via 192.0.2.254 dev wan";
    private static final String DEFAULT6 = "via 2001:db8:f::fe dev wan";

    private NetworkNamespace namespace;
    private NetlinkSocket socket;
    private KernelRoutes routes;

    @BeforeEach
    void makeNamespace() throws Exception {
        namespace = NetworkNamespace.create();
        for (String link : List.of("wan", "lan")) {
            ip("link add " + link + " type veth peer name " + link + "-other");
            ip("link set " + link + "-other up");
            ip("link set " + link + " up");
        }
        ip("addr add 192.0.2.1/24 dev wan");
        ip("addr add 2001:db8:f::1/64 dev wan nodad");
        ip("addr add 10.1.0.1/24 dev lan");
        ip("addr add 2001:db8:1::1/64 dev lan nodad");
        ip("route add default via 192.0.2.254");
        ip("route add default via 2001:db8:f::fe");
        ip("route add 10.7.0.0/24 via 10.1.0.10");
        ip("route add 2001:db8:7::/64 via 2001:db8:1::10");
        socket = namespace.call(() -> NetlinkSocket.open(NetlinkSocket.ROUTE));
        routes = new KernelRoutes(socket);
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

    private String ip(String words) throws Exception {
        return namespace.command(("ip " + words).split(" "));
    }

    private void assertWay(String expected, String question) throws Exception {
        String answer = ip("route get " + question).replaceAll("\\s+", " ");
        assertTrue(answer.contains(expected), question + ": " + answer);
    }

    private static Policy policy(String name, String local, String remote, String peer) {
        var layer = new Layer(SecurityProtocol.ESP, Mode.TUNNEL, Optional.of(InetAddress.ofLiteral(peer)), true);
        return new Policy(name, 1, new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote)),
                new Policy.Protect(new SaGroup(1), List.of(layer), true));
    }

    private void add(Policy... policies) throws Exception {
        for (Policy policy : policies) {
            routes.add(policy);
        }
        routes.keep(OwnNetworks.among(List.of(policies)));
    }

    /// What is in the kernel's tables with the numbers of this data plane.
    private String left() throws Exception {
        return ip("rule show") + ip("-6 rule show") + ip("route show table all") + ip("-6 route show table all");
    }

    private void assertNothingLeft() throws Exception {
        String left = left();
        assertFalse(left.contains("5602") || left.contains("proto 87") || left.contains("5649"), left);
    }

    @Test
    void aTunnelForEverythingLeadsWhatComesFromItsNetwork() throws Exception {
        add(policy("all", "10.1.0.0/24", "0.0.0.0/0", "192.0.2.2"));
        assertWay("dev wan table 5602 src 10.1.0.1", "203.0.113.7");
        assertWay("dev wan table 5602", "10.7.0.1 from 10.1.0.10 iif lan");
        assertWay("dev lan", "10.1.0.10 from 10.1.0.1");
        assertWay("dev lan", "10.1.0.10");
    }

    /// An own network whose interface is gone has no way, least of all the default route: nothing would protect it there.
    @Test
    void anOwnNetworkIsNeverSentByTheDefaultRoute() throws Exception {
        add(policy("all", "10.1.0.0/24", "0.0.0.0/0", "192.0.2.2"),
                policy("dmz", "10.9.0.0/24", "10.2.0.0/16", "192.0.2.2"));
        var refused = namespace.attempt("ip", "route", "get", "10.9.0.7", "from", "10.1.0.1");
        assertTrue(refused.output().contains("No route to host"), refused.output());
        ip("route add 10.9.0.0/24 via 10.1.0.10");
        assertWay("via 10.1.0.10 dev lan", "10.9.0.7 from 10.1.0.1");
    }

    /// Ways of the operator inside the protected network, and of packets that no policy protects.
    @Test
    void othersKeepTheirWays() throws Exception {
        add(policy("all", "10.1.0.0/24", "0.0.0.0/0", "192.0.2.2"));
        assertWay(DEFAULT, "203.0.113.7 from 192.0.2.1");
        assertWay("via 10.1.0.10 dev lan", "10.7.0.1 from 192.0.2.1");
        assertWay("via 10.1.0.10 dev lan", "10.7.0.1 from 192.0.2.77 iif wan");
        assertWay(DEFAULT, "203.0.113.7 ipproto udp sport 500");
        assertWay(DEFAULT, "203.0.113.7 from 10.1.0.1 ipproto udp sport 4500");
        assertWay(DEFAULT, "203.0.113.7 from 10.1.0.1 mark " + OwnNumbers.MARK);
    }

    @Test
    void ipv6IsLedTheSame() throws Exception {
        add(policy("all", "2001:db8:1::/64", "::/0", "2001:db8:f::2"));
        assertWay("dev wan table 5602 proto 87 src 2001:db8:1::1", "2001:db8:77::7");
        assertWay("dev wan table 5602", "2001:db8:7::1 from 2001:db8:1::10 iif lan");
        assertWay("dev lan", "2001:db8:1::10 from 2001:db8:1::1");
        assertWay(DEFAULT6, "2001:db8:77::7 from 2001:db8:f::1");
        assertWay("via 2001:db8:1::10 dev lan", "2001:db8:7::1 from 2001:db8:f::1");
        assertWay(DEFAULT6, "2001:db8:77::7 ipproto udp sport 500");
        assertWay(DEFAULT6, "2001:db8:77::7 from 2001:db8:1::1 mark " + OwnNumbers.MARK);
        routes.remove("all");
        routes.keep(OwnNetworks.NONE);
        assertNothingLeft();
    }

    /// The peer's own way is not looked for in the table that leads to the peer.
    @Test
    void aPeerInsideItsNetworkIsFoundAgain() throws Exception {
        Policy policy = policy("all", "10.1.0.0/24", "0.0.0.0/0", "198.51.100.2");
        add(policy);
        assertWay(DEFAULT + " table 5602 src 10.1.0.1", "203.0.113.7");
        ip("route replace default via 192.0.2.253");
        add(policy);
        assertWay("via 192.0.2.253 dev wan table 5602 src 10.1.0.1", "203.0.113.7");
    }

    /// As on hosts whose provider has one router for networks of one address.
    @Test
    void aRouterThatIsOnTheLinkByWordOnlyIsFollowed() throws Exception {
        ip("route replace default via 172.31.1.1 dev wan onlink");
        ip("-6 route replace default via 2001:db8:dead::1 dev wan onlink");
        add(policy("all", "10.1.0.0/24", "0.0.0.0/0", "198.51.100.2"),
                policy("all6", "2001:db8:1::/64", "::/0", "2001:db8:99::2"));
        assertWay("via 172.31.1.1 dev wan table 5602 src 10.1.0.1", "203.0.113.7");
        assertWay("via 2001:db8:dead::1 dev wan table 5602", "2001:db8:77::7");
        routes.removeAll();
        assertNothingLeft();
    }

    /// The policy is there, and its packets go nowhere.
    @Test
    void aPeerThatNoRouteLeadsToIsNoError() throws Exception {
        for (String kind : List.of("blackhole", "prohibit", "unreachable", "throw")) {
            ip("route flush default");
            ip("-6 route flush default");
            ip("route add " + kind + " default");
            ip("-6 route add " + kind + " default");
            add(policy("all", "10.1.0.0/24", "10.2.0.0/16", "198.51.100.2"),
                    policy("all6", "2001:db8:1::/64", "2001:db8:2::/64", "2001:db8:99::2"));
            assertEquals("", namespace.attempt("ip", "route", "show", "table", "5602", "proto", "87").output()
                    .replaceAll("(?m)^(Error: ipv4: FIB table does not exist\\.|Dump terminated)$", "").strip());
            routes.remove("all");
            routes.remove("all6");
            assertNothingLeft();
        }
    }

    /// Duplicate address detection (RFC 4862) is not done while there is no carrier; until it is, no packet bears the
    /// address.
    @Test
    void anAddressThatMayBeAnotherHostsIsNoSource() throws Exception {
        ip("link set lan-other down");
        ip("-6 addr flush dev lan scope global");
        ip("-6 addr add 2001:db8:1::1/64 dev lan");
        assertTrue(ip("-6 addr show dev lan").contains("tentative"), ip("-6 addr show dev lan"));
        add(policy("all", "2001:db8:1::/64", "2001:db8:2::/64", "2001:db8:f::2"));
        assertWay("dev wan table 5602", "2001:db8:2::7 from 2001:db8:1::10 iif wan");
        assertFalse(ip("-6 route show table 5602").contains("src 2001:db8:1::1"), ip("-6 route show table 5602"));
    }

    @Test
    void twoPoliciesShareANetwork() throws Exception {
        add(policy("one", "10.1.0.0/25", "10.2.0.0/16", "192.0.2.2"),
                policy("two", "10.1.0.128/25", "10.2.0.0/16", "10.1.0.10"));
        assertWay("dev wan table 5602", "10.2.0.1 from 10.1.0.10 iif lan");
        routes.remove("one");
        assertWay("dev lan table 5602", "10.2.0.1 from 10.1.0.200 iif wan");
        assertWay(DEFAULT, "10.2.0.1 from 10.1.0.10 iif lan");
        routes.remove("two");
        assertNothingLeft();
    }

    /// The kernel refuses to replace the first of two routes by one that is the second already.
    @Test
    void aRefusalHalfWayLeavesNothing() throws Exception {
        Policy policy = policy("half", "10.1.0.0/24", "10.2.0.0-10.3.0.127", "192.0.2.2");
        ip("route add 10.3.0.0/25 dev wan metric 100 table 5602 proto static");
        ip("route append 10.3.0.0/25 dev wan src 10.1.0.1 metric 100 table 5602 proto 87");
        String before = ip("rule show") + ip("route show table 5602");
        assertThrows(LinuxException.class, () -> routes.add(policy));
        assertEquals(before, ip("rule show") + ip("route show table 5602"));
    }

    /// What an earlier run left goes when the policies are there; what others have in the same table stays.
    @Test
    void settlingRemovesWhatNobodyNeeds() throws Exception {
        new KernelRoutes(socket).add(policy("old", "10.9.0.0/24", "10.8.0.0/16", "192.0.2.2"));
        ip("route add 10.6.0.0/16 dev wan table 5602 proto static");
        Policy policy = policy("all", "10.1.0.0/24", "10.2.0.0/16", "192.0.2.2");
        add(policy);
        routes.settle();
        String left = left();
        assertFalse(left.contains("10.9.0.0/24") || left.contains("10.8.0.0/16"), left);
        assertTrue(left.contains("10.6.0.0/16"), left);
        assertWay("dev wan table 5602", "10.2.0.1 from 10.1.0.10 iif lan");
        routes.removeAll();
        ip("route del 10.6.0.0/16 dev wan table 5602");
        assertNothingLeft();
    }
}
