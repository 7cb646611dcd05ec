package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.dataplane.userspace.tun.LinuxTun;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A host in a LAN, a gateway with a TUN device, and the Internet, which would answer for the remote network in clear:
///
///     lan 10.1.0.5 --- 10.1.0.1 gateway 192.0.2.1 --- 192.0.2.2 wan, 10.2.0.1 on its loopback interface
@Timeout(60)
class LinuxNetworkSetupLabTest {
    /// Ends the waiting of a test that has failed already.
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int WEB = 80;
    private static final int IKE = 500;
    private static final int UDP = 17;
    private static final int NAT_TRAVERSAL = 4500;

    private NetworkNamespace lan;
    private NetworkNamespace gateway;
    private NetworkNamespace wan;
    private ServerSocket web;
    private LinuxTun tun;
    private LinuxNetworkSetup network;

    /// The same hosts in both families.
    @SuppressWarnings("ImmutableEnumChecker") // a range of addresses is immutable
    enum Family {
        IPV4("10.1.0.0/16", "10.1.0.5", "10.1.0.1", "10.2.0.0/16", "10.2.0.1", "192.0.2.1", "192.0.2.2"),
        IPV6("fd01::/32", "fd01::5", "fd01::1", "fd02::/32", "fd02::1", "2001:db8::1", "2001:db8::2");

        final AddressRange local;
        final InetAddress host;
        final InetAddress gateway;
        final AddressRange remote;
        final InetAddress server;
        final InetAddress outside;
        final InetAddress peer;

        Family(String local, String host, String gateway, String remote, String server, String outside, String peer) {
            this.local = AddressRange.parse(local);
            this.host = InetAddress.ofLiteral(host);
            this.gateway = InetAddress.ofLiteral(gateway);
            this.remote = AddressRange.parse(remote);
            this.server = InetAddress.ofLiteral(server);
            this.outside = InetAddress.ofLiteral(outside);
            this.peer = InetAddress.ofLiteral(peer);
        }

        String bits(int ipv4, int ipv6) {
            return "/" + (this == IPV4 ? ipv4 : ipv6);
        }

        Policy protect(String name) {
            return policy(name, 10, TrafficSelector.of(local), TrafficSelector.of(remote), protection());
        }
    }

    @BeforeEach
    void makeHosts() throws Exception {
        lan = NetworkNamespace.create();
        gateway = NetworkNamespace.create();
        wan = NetworkNamespace.create();
        for (NetworkNamespace host : new NetworkNamespace[]{lan, gateway, wan}) {
            host.run(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/accept_dad"), "0"));
        }
        gateway.connect("in", lan, "eth");
        gateway.connect("out", wan, "eth");
        for (Family family : Family.values()) {
            address(lan, "eth", family.host, family.bits(24, 64));
            address(gateway, "in", family.gateway, family.bits(24, 64));
            address(gateway, "out", family.outside, family.bits(24, 64));
            address(wan, "eth", family.peer, family.bits(24, 64));
            address(wan, "lo", family.server, family.bits(32, 128));
            route(lan, family.gateway);
            route(gateway, family.peer);
            route(wan, family.outside);
        }
        gateway.run(() -> {
            Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1");
            Files.writeString(Path.of("/proc/sys/net/ipv4/conf/all/rp_filter"), "1");
        });
        resetCounters();
        web = wan.call(() -> new ServerSocket(WEB, 50));
        start();
    }

    @AfterEach
    void close() throws IOException {
        if (tun != null) {
            network.close();
            tun.close();
            web.close();
        }
        if (wan != null) {
            wan.close();
            gateway.close();
            lan.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void protectedTrafficGoesIntoTheTunAndOtherTrafficDoesNot(Family family) throws Exception {
        connect(lan, family.server);
        network.add(family.protect("site"));
        send(lan, family.host, 0, family.server, 7);
        assertPacket(family, family.host);
        send(gateway, null, 0, family.server, 7);
        assertPacket(family, family.gateway);
        connect(gateway, family.peer);
        connect(lan, family.peer);
    }

    @ParameterizedTest
    @EnumSource
    void nothingLeaksAfterTheProcessDiedAndItOpensWhenThePolicyIsRemoved(Family family) throws Exception {
        connect(lan, family.server);
        connect(gateway, family.server);
        assertTrue(leaked() > 0, "the counter sees clear packets");
        resetCounters();
        network.add(family.protect("site"));
        die();
        for (NetworkNamespace sender : new NetworkNamespace[]{lan, gateway}) {
            IOException unreachable = assertThrows(IOException.class, () -> connect(sender, family.server));
            assertTrue(unreachable.getMessage().matches("(No route to host|Network is unreachable).*"),
                    unreachable.getMessage());
        }
        connect(gateway, family.peer);
        assertEquals(0, leaked());

        start();
        network.add(family.protect("site"));
        send(lan, family.host, 0, family.server, 7);
        assertPacket(family, family.host);
        network.remove(family.protect("site"));
        connect(lan, family.server);
        assertNothingIsLeft();
    }

    /// Even with the operator's own route in front of ours.
    @ParameterizedTest
    @EnumSource
    void clearPacketsThatWouldLeaveElsewhereAreDropped(Family family) throws Exception {
        network.add(family.protect("site"));
        String ip = family == Family.IPV4 ? "-4" : "-6";
        gateway.command("ip", ip, "rule", "add", "priority", "10", "lookup", "main");
        resetCounters();
        send(lan, family.host, 0, family.server, 7);
        assertThrows(IOException.class, () -> send(gateway, family.gateway, 0, family.server, 7));
        connect(gateway, family.peer);
        assertEquals(0, leaked());
        gateway.command("ip", ip, "rule", "del", "priority", "10");
    }

    @ParameterizedTest
    @EnumSource
    void clearPacketsThatArriveElsewhereAreDroppedButIke(Family family) throws Exception {
        network.add(family.protect("site"));
        try (DatagramSocket secret = bound(gateway, family.gateway, 7);
                DatagramSocket behind = bound(lan, family.host, 7);
                DatagramSocket ike = bound(gateway, family.gateway, IKE);
                DatagramSocket natTraversal = bound(gateway, family.gateway, NAT_TRAVERSAL)) {
            send(wan, family.server, 0, family.gateway, 7);
            send(wan, family.server, 0, family.host, 7);
            send(wan, family.server, 0, family.gateway, IKE);
            send(wan, family.server, 0, family.gateway, NAT_TRAVERSAL);
            receive(ike);
            receive(natTraversal);
            send(gateway, family.gateway, 0, family.host, 7);
            assertEquals(family.gateway, receive(behind).getAddress(), "the first that came");
            send(lan, family.host, 0, family.gateway, 7);
            assertEquals(family.host, receive(secret).getAddress(), "the first that came");
        }
    }

    /// The peer is in its own protected network, the reverse path filter is strict, and IKE passes both ways.
    @ParameterizedTest
    @EnumSource
    void theEnginesOwnPacketsGoAround(Family family) throws Exception {
        network.add(policy("host", 10, TrafficSelector.of(AddressRange.host(family.outside)),
                TrafficSelector.of(AddressRange.parse(family == Family.IPV4 ? "0.0.0.0/0" : "::/0")), protection()));
        try (NatTraversalSocket own = gateway.call(() -> NatTraversalSocket
                .open(new InetSocketAddress(family.outside, NAT_TRAVERSAL), HostNumbers.MARK));
                DatagramSocket unmarked = bound(gateway, family.outside, IKE);
                DatagramSocket peer = bound(wan, family.peer, NAT_TRAVERSAL)) {
            var question = new PacketBatch(1, 100, 0, 0);
            question.add(10, new Endpoint(
                    new InetSocketAddress(family.peer, NAT_TRAVERSAL)));
            assertEquals(1, own.send(question));
            assertEquals(family.outside, receive(peer).getAddress());
            unmarked.send(new DatagramPacket(new byte[10], 10, family.peer, NAT_TRAVERSAL));
            assertEquals(IKE, receive(peer).getPort());
            peer.send(new DatagramPacket(new byte[20], 20, family.outside, NAT_TRAVERSAL));
            var answer = new PacketBatch(1, 1 << 17, 0, 0);
            while (own.receive(answer) == 0) {
                own.awaitReadable(-1);
            }
            assertEquals(20, answer.length(0));
            peer.send(new DatagramPacket(new byte[20], 20, family.outside, IKE));
            assertEquals(family.peer, receive(unmarked).getAddress());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatABypassPolicySelectsStaysInClear(Family family) throws Exception {
        network.add(family.protect("site"));
        Policy bypass = policy("web", 5, TrafficSelector.of(family.local),
                new TrafficSelector(AddressRange.host(family.server), 6, WEB, WEB), new Policy.Bypass());
        network.add(bypass);
        connect(lan, family.server);
        send(lan, family.host, 0, family.server, 7);
        assertPacket(family, family.host);
        network.remove(bypass);
        assertFalse(gateway.command("nft", "list", "ruleset").contains("web"));
        network.remove(family.protect("site"));
        assertNothingIsLeft();
    }

    /// Its rules would come before the other's routes.
    @ParameterizedTest
    @EnumSource
    void aBypassPolicyBehindAnotherTakesNothingFromIt(Family family) throws Exception {
        Policy rest = policy("rest", 20, TrafficSelector.of(family.local), TrafficSelector.of(family.remote),
                new Policy.Bypass());
        for (boolean before : new boolean[]{true, false}) {
            if (before) {
                network.add(rest);
            }
            network.add(family.protect("site"));
            if (!before) {
                network.add(rest);
            }
            send(lan, family.host, 0, family.server, 7);
            assertPacket(family, family.host);
            network.remove(family.protect("site"));
            connect(lan, family.server);
            network.remove(rest);
        }
        assertNothingIsLeft();
    }

    /// What a policy that goes had taken from a bypass policy, that gets back, though the kernel refused it once.
    @ParameterizedTest
    @EnumSource
    void whatWasRefusedIsDoneWithTheNextTry(Family family) throws Exception {
        Policy rest = policy("rest", 20, TrafficSelector.of(family.local), TrafficSelector.of(family.remote),
                new Policy.Bypass());
        Policy last = policy("last", 30, TrafficSelector.of(family.local), TrafficSelector.of(family.remote),
                protection());
        for (Policy each : List.of(last, rest, family.protect("site"))) {
            network.add(each);
        }
        send(lan, family.host, 0, family.server, 7);
        assertPacket(family, family.host);
        assertThrows(DataPlaneException.class,
                () -> NetworkAdministrator.without(() -> network.remove(family.protect("site"))));
        send(lan, family.host, 0, family.server, 7);
        assertPacket(family, family.host);
        network.remove(family.protect("site"));
        connect(lan, family.server);
        network.remove(rest);
        network.remove(last);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aPolicyForOneProtocolLeavesTheOthersAlone(Family family) throws Exception {
        network.add(policy("dns", 10, TrafficSelector.of(family.local),
                new TrafficSelector(family.remote, 17, 53, 53), protection()));
        connect(lan, family.server);
        send(lan, family.host, 0, family.server, 53);
        assertPacket(family, family.host);
    }

    /// Routes see no ports of a fragment, and filters none of a later one; nobody puts packets together here.
    @ParameterizedTest
    @EnumSource
    void noFragmentOfAProtectedPortLeaksWhereItIsOnItsWayThrough(Family family) throws Exception {
        network.add(policy("dns", 10, TrafficSelector.of(family.local),
                new TrafficSelector(family.remote, 17, 53, 53), protection()));
        network.settle();
        resetCounters();
        try (DatagramSocket socket = bound(lan, family.host, 0)) {
            socket.send(new DatagramPacket(new byte[4000], 4000, family.server, 53));
            socket.send(new DatagramPacket(new byte[100], 100, family.server, 53));
        }
        assertPacket(family, family.host);
        connect(lan, family.peer);
        assertEquals(0, leaked());
        String filter = gateway.command("nft", "list", "chain", "inet", "vanth", "outbound");
        assertEquals(2, filter.lines().filter(line -> line.contains("comment \"dns\"")).count(), filter);
        network.remove(policy("dns", 10, TrafficSelector.of(family.local),
                new TrafficSelector(family.remote, 17, 53, 53), protection()));
        assertNothingIsLeft();
    }

    /// Kernels before 5.19 refuse to look up the way to a packet's source anywhere else.
    @Test
    void theWayToASourceIsLookedUpBeforeRoutingOnly() throws Exception {
        network.add(Family.IPV4.protect("site"));
        for (String chain : List.of("arriving", "passing-from", "passing-to", "leaving", "own")) {
            String rules = gateway.command("nft", "list", "chain", "inet", "vanth", chain);
            assertFalse(rules.contains("fib saddr"), rules);
        }
        String hook = gateway.command("nft", "list", "chain", "inet", "vanth", "forged");
        assertTrue(hook.contains("hook prerouting") && hook.contains("jump from-elsewhere"), hook);
        String before = gateway.command("nft", "list", "chain", "inet", "vanth", "from-elsewhere");
        assertTrue(before.contains("fib saddr . iif oif"), before);
    }

    /// A gateway with thousands of tunnels would else hold each packet against the policies of all.
    @Test
    void onlyWhatConcernsATunnelIsHeldAgainstThePolicies() throws Exception {
        network.add(Family.IPV4.protect("site"));
        network.add(policy("nine", 20, TrafficSelector.parse("10.1.0.0/16"), TrafficSelector.parse("10.9.0.0/16"),
                protection()));
        network.add(policy("all-nine", 30, TrafficSelector.parse("10.1.0.0/16"), TrafficSelector.parse("10.8.0.0/15"),
                protection()));
        String table = gateway.command("nft", "list", "table", "inet", "vanth");
        assertTrue(table.contains("10.9.0.0/16") && table.contains("10.8.0.0/16"), table);
        List<String> jumps = table.lines().map(String::strip).filter(line -> line.contains(" jump ")).toList();
        for (String chain : List.of("from-elsewhere", "arriving", "passing-from", "passing-to", "leaving")) {
            assertEquals(List.of("ip ", "ip6 "), jumps.stream().filter(line -> line.endsWith("jump " + chain))
                    .map(line -> line.contains("ip6 ") && line.contains("@remote-ipv6")
                            ? "ip6 "
                            : line.contains("@remote-ipv4") ? "ip " : line)
                    .toList(), table);
        }
        network.remove(policy("nine", 20, TrafficSelector.parse("10.1.0.0/16"), TrafficSelector.parse("10.9.0.0/16"),
                protection()));
        assertTrue(gateway.command("nft", "list", "set", "inet", "vanth", "remote-ipv4").contains("10.9.0.0/16"));
        network.remove(policy("all-nine", 30, TrafficSelector.parse("10.1.0.0/16"),
                TrafficSelector.parse("10.8.0.0/15"), protection()));
        String left = gateway.command("nft", "list", "set", "inet", "vanth", "remote-ipv4");
        assertFalse(left.contains("10.9.0.0") || left.contains("10.8.0.0"), left);
    }

    @Test
    void discardedTrafficIsDropped() throws Exception {
        Family family = Family.IPV4;
        network.add(policy("no", 10, TrafficSelector.of(family.local), TrafficSelector.of(family.remote),
                new Policy.Discard()));
        resetCounters();
        send(lan, family.host, 0, family.server, 7);
        connect(lan, family.peer);
        assertEquals(0, leaked());
        network.remove(policy("no", 10, TrafficSelector.of(family.local), TrafficSelector.of(family.remote),
                new Policy.Discard()));
        connect(lan, family.server);
    }

    @Test
    void rulesStandInTheOrderOfTheirPolicies() throws Exception {
        for (int order : new int[]{30, 10, 20, 10}) {
            String name = "p" + order + "-" + gateway.command("nft", "list", "ruleset").length();
            network.add(policy(name, order, TrafficSelector.parse("10.1.0.0/16"),
                    TrafficSelector.parse("10.%d.0.0/16".formatted(order)), protection()));
        }
        String inbound = gateway.command("nft", "list", "chain", "inet", "vanth", "inbound");
        assertEquals(List.of("10", "10", "20", "30"),
                Pattern.compile("\"p(\\d+)-").matcher(inbound).results().map(match -> match.group(1)).toList());
    }

    @Test
    void theNextRunTakesOverAndSettles() throws Exception {
        Policy kept = Family.IPV4.protect("kept \"policy\"; with any name");
        Policy dropped = policy("dropped", 20, TrafficSelector.parse("fd01::/32"), TrafficSelector.parse("fd02::/32"),
                protection());
        network.add(kept);
        network.add(dropped);
        String before = gateway.command("nft", "list", "chain", "inet", "vanth", "inbound");
        die();

        start();
        network.add(kept);
        assertEquals(before.lines().count(),
                gateway.command("nft", "list", "chain", "inet", "vanth", "inbound").lines().count());
        assertThrows(IOException.class, () -> connect(lan, Family.IPV6.server), "not settled");
        assertEquals(2, gateway.command("ip", "route", "show", "table", "5600").lines().count());
        network.settle();
        connect(lan, Family.IPV6.server);
        network.remove(kept);
        assertNothingIsLeft();
    }

    /// As `systemctl reload nftables` does on Debian.
    @Test
    void rulesThatAnotherProgramFlushedComeBackWithTheNextPolicy() throws Exception {
        Policy one = Family.IPV4.protect("one");
        Policy two = Family.IPV6.protect("two");
        network.add(one);
        String before = gateway.command("nft", "list", "ruleset");
        gateway.command("nft", "flush", "ruleset");
        network.add(two);
        network.remove(two);
        assertEquals(before, gateway.command("nft", "list", "ruleset"));
        gateway.command("nft", "flush", "ruleset");
        network.remove(one);
        assertNothingIsLeft();
    }

    @Test
    void settlesHoweverMuchWasLeft() throws Exception {
        for (int number = 0; number < 2000; number++) {
            network.add(policy("p" + number, 10, TrafficSelector.parse("10.1.0.0/16"),
                    TrafficSelector.parse("10.%d.%d.0/24".formatted(100 + number / 250, number % 250)),
                    new Policy.Discard()));
        }
        die();
        start();
        network.settle();
        assertNothingIsLeft();
    }

    @Test
    void ownNetworksKeepTheirWayHoweverManyThereAre() throws Exception {
        Family family = Family.IPV6;
        for (int number = 0; number < 600; number++) {
            network.add(policy("p" + number, 10, TrafficSelector.parse("fd01:%x::/48".formatted(number)),
                    TrafficSelector.parse("::/0"), protection()));
        }
        network.settle();
        assertEquals(600, ownNetworks());
        try (DatagramSocket behind = bound(lan, family.host, 7)) {
            send(gateway, family.gateway, 0, family.host, 7);
            assertEquals(family.gateway, receive(behind).getAddress());
        }
        die();
        start();
        network.add(policy("p0", 10, TrafficSelector.parse("fd01::/48"), TrafficSelector.parse("::/0"),
                protection()));
        assertEquals(600, ownNetworks(), "not settled");
        network.settle();
        assertEquals(1, ownNetworks());
        resetCounters();
        send(lan, family.host, 0, family.server, 7);
        assertPacket(family, family.host);
        assertEquals(0, leaked());
        network.add(policy("narrow", 5, TrafficSelector.parse("fd01::/48"), TrafficSelector.parse("fd01::/64"),
                protection()));
        assertFalse(gateway.command("ip", "-6", "route", "get", "fd01::5").contains("dev in"), "protected itself");
        network.remove(policy("p0", 10, TrafficSelector.parse("fd01::/48"), TrafficSelector.parse("::/0"),
                protection()));
        assertEquals(0, ownNetworks());
    }

    /// The WAN answers by the default route for all that the gateway has no way of its own to.
    @ParameterizedTest
    @EnumSource
    void anOwnNetworkWithoutARouteIsNotSentToTheInternet(Family family) throws Exception {
        boolean ipv4 = family == Family.IPV4;
        network.add(
                policy("all", 10, TrafficSelector.of(family.local), TrafficSelector.parse(ipv4 ? "0.0.0.0/0" : "::/0"),
                        protection()));
        network.settle();
        String unrouted = ipv4 ? "10.1.77.1" : "fd01:0:77::1";
        String way = gateway.command("ip", "route", "get", unrouted);
        assertTrue(way.contains("dev " + tun.name()), way);
        String kept = gateway.command("ip", "route", "get", family.host.getHostAddress());
        assertTrue(kept.contains("dev in"), kept);
        network.remove(policy("all", 10, TrafficSelector.of(family.local),
                TrafficSelector.parse(ipv4 ? "0.0.0.0/0" : "::/0"), protection()));
        assertNothingIsLeft();
    }

    /// Two halves of everything are a default route by another name.
    @ParameterizedTest
    @EnumSource
    void anOwnNetworkIsNotSentToTheInternetByHalfOfADefaultRoute(Family family) throws Exception {
        boolean ipv4 = family == Family.IPV4;
        for (String half : ipv4 ? List.of("0.0.0.0/1", "128.0.0.0/1") : List.of("2000::/3", "fc00::/6")) {
            gateway.command("ip", "route", "add", half, "via", family.peer.getHostAddress());
        }
        network.add(
                policy("all", 10, TrafficSelector.of(family.local), TrafficSelector.parse(ipv4 ? "0.0.0.0/0" : "::/0"),
                        protection()));
        network.settle();
        String way = gateway.command("ip", "route", "get", ipv4 ? "10.1.77.1" : "fd01:0:77::1");
        assertTrue(way.contains("dev " + tun.name()), way);
        gateway.command("ip", "route", "add", ipv4 ? "10.0.0.0/8" : "fd00::/8", "via",
                family.host.getHostAddress(), "dev", "in");
        String kept = gateway.command("ip", "route", "get", ipv4 ? "10.1.77.1" : "fd01:0:77::1");
        assertTrue(kept.contains("dev in"), "a router inside has it: " + kept);
    }

    /// Own networks keep their way, but not for whoever claims to be one of them.
    @ParameterizedTest
    @EnumSource
    void anOwnNetworksAddressIsNotBelievedOnAnotherLink(Family family) throws Exception {
        boolean ipv4 = family == Family.IPV4;
        for (String link : List.of("all", "out")) {
            gateway.run(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/conf/" + link + "/rp_filter"), "0"));
        }
        network.add(
                policy("all", 10, TrafficSelector.of(family.local), TrafficSelector.parse(ipv4 ? "0.0.0.0/0" : "::/0"),
                        protection()));
        network.settle();
        String forged = ipv4 ? "10.1.0.9" : "fd01::9";
        wan.command("ip", "addr", "add", forged + family.bits(32, 128), "dev", "lo", "nodad");
        try (DatagramSocket secret = bound(gateway, family.gateway, 7);
                DatagramSocket behind = bound(lan, family.host, 7)) {
            send(wan, InetAddress.ofLiteral(forged), 0, family.gateway, 7);
            send(wan, InetAddress.ofLiteral(forged), 0, family.host, 7);
            send(gateway, family.gateway, 0, family.host, 7);
            assertEquals(family.gateway, receive(behind).getAddress(), "the first that came");
            send(lan, family.host, 0, family.gateway, 7);
            assertEquals(family.host, receive(secret).getAddress(), "the first that came");
        }
    }

    private long ownNetworks() throws Exception {
        return gateway.command("nft", "list", "table", "inet", "vanth").lines()
                .filter(line -> line.contains("ip6 saddr") && line.contains("goto own-to")).count();
    }

    @Test
    void closingWithOpenLeavesNothingAndOthersEntriesAlone() throws Exception {
        gateway.command("nft", "add table inet others; add chain inet others c");
        gateway.command("ip", "route", "add", "10.77.0.0/16", "via", "192.0.2.2", "table", "5600");
        gateway.command("ip", "rule", "add", "priority", "5605", "to", "10.77.0.0/16", "lookup", "main");
        network.add(Family.IPV4.protect("site"));
        network.close();
        assertTrue(gateway.command("nft", "list", "ruleset").contains("table inet vanth"), "without open it stays");
        assertTrue(gateway.command("ip", "route", "show", "table", "5600").contains("unreachable 10.2.0.0/16"));

        gateway.call(() -> LinuxNetworkSetup.open(tun.name(), true)).close();
        assertEquals("10.77.0.0/16 via 192.0.2.2 dev out",
                gateway.command("ip", "route", "show", "table", "5600").strip());
        assertTrue(gateway.command("ip", "rule").contains("5605:"));
        assertFalse(gateway.command("ip", "rule").contains("5690:"));
        assertEquals("table inet others {\n\tchain c {\n\t}\n}", gateway.command("nft", "list", "ruleset").strip());
    }

    @Test
    void aSecondDaemonLeavesTheFirstOnesRoutesAlone() throws Exception {
        network.add(Family.IPV4.protect("site"));
        String routes = gateway.command("ip", "route", "show", "table", "5600");
        IOException refused = assertThrows(IOException.class,
                () -> gateway.call(() -> LinuxNetworkSetup.open(tun.name(), true)));
        assertTrue(refused.getMessage().contains("another daemon has the routes"), refused.getMessage());
        assertEquals(routes, gateway.command("ip", "route", "show", "table", "5600"));
        network.close();
        gateway.call(() -> LinuxNetworkSetup.open(tun.name(), true)).close();
    }

    @Test
    void aPolicyThatTheKernelRefusesLeavesNothing() throws Exception {
        tun.close();
        DataPlaneException refused = assertThrows(DataPlaneException.class,
                () -> network.add(Family.IPV4.protect("site")));
        assertTrue(refused.getMessage().startsWith("cannot set the network up for policy 'site' "
                + "(10.1.0.0/16 === 10.2.0.0/16): route: add 10.2.0.0/16: E"), refused.getMessage());
        assertNothingIsLeft();
    }

    @Test
    void twoPoliciesShareARouteUntilBothAreGone() throws Exception {
        Policy one = Family.IPV4.protect("one");
        Policy two = policy("two", 20, TrafficSelector.parse("10.3.0.0/16"), TrafficSelector.parse("10.2.0.0/16"),
                protection());
        network.add(one);
        network.add(two);
        network.remove(one);
        assertTrue(gateway.command("ip", "route", "show", "table", "5600").contains("10.2.0.0/16 dev vanth0"));
        network.remove(two);
        assertNothingIsLeft();
    }

    private void die() {
        tun.close();
        network.abandon();
    }

    private void start() throws Exception {
        tun = gateway.call(() -> LinuxTun.open("vanth0", 1400));
        network = gateway.call(() -> LinuxNetworkSetup.open(tun.name(), false));
    }

    private static Policy policy(String name, int order, TrafficSelector local, TrafficSelector remote,
            Policy.Action action) {
        return new Policy(name, order, new TrafficPair(local, remote), action);
    }

    private static Policy.Protect protection() {
        return Policy.Protect.espTunnel(new SaGroup(1), true);
    }

    private static void address(NetworkNamespace host, String link, InetAddress address, String bits)
            throws Exception {
        host.command("ip", "addr", "add", address.getHostAddress() + bits, "dev", link);
    }

    private static void route(NetworkNamespace host, InetAddress router) throws Exception {
        host.command("ip", "route", "add", "default", "via", router.getHostAddress());
    }

    private static void connect(NetworkNamespace from, InetAddress to) throws Exception {
        from.run(() -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(to, WEB), PATIENCE_MILLIS);
            }
        });
    }

    private static DatagramSocket bound(NetworkNamespace host, InetAddress address, int port) throws Exception {
        return host.call(() -> new DatagramSocket(new InetSocketAddress(address, port)));
    }

    private static void send(NetworkNamespace from, InetAddress source, int sourcePort, InetAddress to, int port)
            throws Exception {
        try (DatagramSocket socket = source == null
                ? from.call(() -> new DatagramSocket())
                : bound(from, source, sourcePort)) {
            socket.send(new DatagramPacket(new byte[100], 100, to, port));
        }
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[200], 200);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.receive(packet);
        return packet;
    }

    /// The next UDP packet out of the TUN device is from `source` to the server. A router speaks of multicast groups too.
    private void assertPacket(Family family, InetAddress source) throws IOException {
        var batch = new PacketBatch(1, 1 << 17, TunDevice.HEADROOM, 0);
        boolean ipv4 = family == Family.IPV4;
        do {
            batch.clear();
            while (tun.read(batch) == 0) {
                tun.awaitReadable(-1);
            }
        } while (batch.bytes()[batch.offset(0) + (ipv4 ? 9 : 6)] != UDP);
        int addresses = batch.offset(0) + (ipv4 ? 12 : 8);
        int length = source.getAddress().length;
        assertEquals(source, addressAt(batch, addresses, length));
        assertEquals(family.server, addressAt(batch, addresses + length, length));
    }

    private static InetAddress addressAt(PacketBatch batch, int offset, int length) throws IOException {
        return InetAddress.getByAddress(Arrays.copyOfRange(batch.bytes(), offset, offset + length));
    }

    private void resetCounters() throws Exception {
        wan.command("nft", "add table inet seen; delete table inet seen; add table inet seen;"
                + "add chain inet seen in { type filter hook prerouting priority 0; };"
                + "add rule inet seen in ip saddr 10.1.0.0/16 ip daddr 10.2.0.0/16 counter;"
                + "add rule inet seen in ip6 saddr fd01::/32 ip6 daddr fd02::/32 counter;");
    }

    private int leaked() throws Exception {
        return wan.command("nft", "list", "table", "inet", "seen").lines().filter(line -> line.contains("counter"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".*packets (\\d+) .*", "$1"))).sum();
    }

    private void assertNothingIsLeft() throws Exception {
        assertEquals("", gateway.command("nft", "list", "ruleset"));
        for (String ip : new String[]{"-4", "-6"}) {
            assertFalse(gateway.command("ip", ip, "rule").contains("\n56"), ip);
            assertEquals("", gateway.attempt("ip", ip, "route", "show", "table", "5600").output()
                    .replaceAll("(?m)^Error: ipv[46]: FIB table does not exist.\\nDump terminated\\n", ""));
        }
    }
}
