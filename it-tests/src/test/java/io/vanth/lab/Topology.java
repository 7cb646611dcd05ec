package io.vanth.lab;

import io.vanth.lab.Link.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Two sites and what is between them: host A, gateway A, perhaps a router, gateway B, host B.
///
/// Networks of pair n: 10.1.n.0/24 behind A and 10.2.n.0/24 behind B; 2001:db8:1:n::/64 and 2001:db8:2:n::/64. The
/// gateways have .1 in each, the hosts .10.
///
/// @param links what gateway A knows of each pair
/// @param links6 the same over IPv6 only
record Topology(Lab lab, Middle middle, Optional<Namespace> router, Site a, Site b, List<Link> links,
        List<Link> links6) {
    private static final Pattern UNREAD = Pattern.compile("(?m)^UdpRcvbufErrors +(\\d+)");
    /// The address of [#neighbourOfA()].
    static final String NEIGHBOUR = "203.0.113.1";
    /// The router that A sees; it speaks no IKE.
    static final String ROUTER = "192.0.2.254";
    private static final String ROUTER_TO_A = ROUTER;
    private static final String ROUTER_TO_B = "198.51.100.254";
    private static final String A = "192.0.2.1";
    private static final String A6 = "2001:db8:f::1";
    private static final String B6 = "2001:db8:f::2";
    private static final String ROUTER_TO_A6 = "2001:db8:f::fe";
    private static final String ROUTER_TO_B6 = "2001:db8:e::fe";
    private static final String BEHIND_ROUTER_B6 = "2001:db8:e::2";

    static Topology build(Lab lab, Middle middle, int pairs) {
        Site a = site(lab, "a");
        Site b = site(lab, "b");
        Optional<Namespace> router = connect(lab, middle, a.gateway(), b.gateway());
        for (int pair = 0; pair < pairs; pair++) {
            addNetwork(a, 1, pair);
            addNetwork(b, 2, pair);
            address(b.gateway(), Site.WAN, addressOfB(middle, pair) + "/24");
        }
        if (middle != Middle.WIRE) {
            b.gateway().ip("route add default via " + ROUTER_TO_B);
            b.gateway().ip("route add default via " + ROUTER_TO_B6);
        }
        return new Topology(lab, middle, router, a, b, links(middle, pairs), links6(middle, pairs));
    }

    /// The other gateway's view of a connection, with the addresses that it sees.
    Link atB(Link atA) {
        Link mirror = atA.mirror();
        return switch (middle) {
            case WIRE, ROUTER -> mirror;
            case MASQUERADE_A -> mirror.remote(mirror.remote().address(ROUTER_TO_B));
            case MASQUERADE_BOTH -> mirror.remote(mirror.remote().address(ROUTER_TO_B))
                    .local(mirror.local().address(addressOfB(middle, 0)));
            case MASQUERADE_B -> mirror.local(mirror.local().address(addressOfB(middle, 0)));
        };
    }

    Link[] atB(List<Link> atA) {
        return atA.stream().map(this::atB).toArray(Link[]::new);
    }

    /// What gateway A knows of the connection.
    Link link() {
        return links.getFirst();
    }

    Link link(int pair) {
        return links.get(pair);
    }

    Link link6() {
        return links6.getFirst();
    }

    /// Traffic between the hosts of a pair.
    Traffic traffic(Link link) {
        return new Traffic(lab, a.host(), b.host(), link);
    }

    /// What the kernel lost in each namespace: full socket buffers, absent routes, full queues of interfaces.
    String losses() {
        return Stream.of(a.host(), a.gateway(), b.gateway(), b.host())
                .map(namespace -> namespace.name() + "\n" + namespace.command("nstat", "-as", "UdpRcvbufErrors",
                        "UdpInErrors", "IpOutNoRoutes", "IpInDiscards", "IpOutDiscards").checked()
                        + namespace.command("grep", "-E", "wan|lan|vanth|ipsec", "/proc/net/dev").checked())
                .collect(Collectors.joining());
    }

    /// How many datagrams the kernel dropped at B because nobody read its socket: the machine stood still for longer than
    /// the receive buffer of charon, or of the host that counts, lasts, which has the kernel's default size.
    int unreadAtB() {
        return unreadAt(b.gateway()) + unreadAt(b.host());
    }

    /// The same of the host at A. What Vanth itself does not read is lost.
    int unreadByHostA() {
        return unreadAt(a.host());
    }

    private static int unreadAt(Namespace namespace) {
        Matcher unread = UNREAD.matcher(namespace.command("nstat", "-asz", "UdpRcvbufErrors").checked());
        return unread.find() ? Integer.parseInt(unread.group(1)) : 0;
    }

    /// The router that translates A's addresses forgets who has which port, and gives others from now on.
    void forgetMappings() {
        router.orElseThrow().nft("""
            flush chain ip lab post
            table ip lab {
                chain post {
                    oifname "to-b" meta l4proto udp masquerade to :40000-40999
                }
            }
            """);
        // The kernel forgets what it translated to the address of a device that goes down.
        router.orElseThrow().ip("link set to-b down");
        router.orElseThrow().ip("link set to-b up");
    }

    /// Another gateway beside A, behind the same router, with the networks of pair 1 and a host of its own.
    Site neighbourOfA() {
        Site neighbour = site(lab, "c");
        veth(neighbour.gateway(), Site.WAN, router.orElseThrow(), "to-c");
        address(router.orElseThrow(), "to-c", "203.0.113.254/24");
        address(neighbour.gateway(), Site.WAN, NEIGHBOUR + "/24");
        neighbour.gateway().ip("route add default via 203.0.113.254");
        address(neighbour.gateway(), Site.LAN, "10.1.1.1/24");
        address(neighbour.host(), Site.LAN, "10.1.1.10/24");
        neighbour.host().ip("route add default via 10.1.1.1");
        return neighbour;
    }

    /// Traffic between the host of another site and the host of B.
    Traffic traffic(Link link, Site from) {
        return new Traffic(lab, from.host(), b.host(), link);
    }

    /// Lets unprotected packets pass between the hosts, which no gateway does by itself: what a leak needs to be seen.
    void openClearPath() {
        a.gateway().ip("route add default via " + addressOfB(middle, 0));
        b.gateway().ip("route add default via " + A);
    }

    /// The router between the gateways knows the way to the networks behind them, as one on the way of an attacker
    /// does: what is in clear arrives.
    void openClearPathThroughRouter() {
        for (int version : new int[]{4, 6}) {
            boolean four = version == 4;
            router.orElseThrow().ip("route add %s via %s".formatted(four ? "10.1.0.0/16" : "2001:db8:1::/48",
                    four ? A : A6));
            router.orElseThrow().ip("route add %s via %s".formatted(four ? "10.2.0.0/16" : "2001:db8:2::/48",
                    four ? addressOfB(middle, 0) : BEHIND_ROUTER_B6));
        }
    }

    /// Begins to record what passes between the gateways.
    WireTap tap() {
        return WireTap.start(a, links);
    }

    private static Site site(Lab lab, String name) {
        Namespace gateway = lab.namespace("gw-" + name);
        Namespace host = lab.namespace("host-" + name);
        veth(gateway, Site.LAN, host, Site.LAN);
        gateway.set("net.ipv4.ip_forward", 1);
        gateway.set("net.ipv6.conf.all.forwarding", 1);
        return new Site(lab, name, gateway, host);
    }

    private static void addNetwork(Site site, int side, int pair) {
        String network = "10.%d.%d.".formatted(side, pair);
        String network6 = "2001:db8:%d:%x::".formatted(side, pair);
        address(site.gateway(), Site.LAN, network + "1/24");
        address(site.gateway(), Site.LAN, network6 + "1/64");
        address(site.host(), Site.LAN, network + "10/24");
        address(site.host(), Site.LAN, network6 + "10/64");
        if (pair == 0) {
            site.host().ip("route add default via " + network + "1");
            site.host().ip("route add default via " + network6 + "1");
        }
    }

    private static Optional<Namespace> connect(Lab lab, Middle middle, Namespace a, Namespace b) {
        if (middle == Middle.WIRE) {
            veth(a, Site.WAN, b, Site.WAN);
            address(a, Site.WAN, A + "/24");
            address(a, Site.WAN, A6 + "/64");
            address(b, Site.WAN, B6 + "/64");
            return Optional.empty();
        } else {
            Namespace router = lab.namespace("router");
            veth(a, Site.WAN, router, "to-a");
            veth(b, Site.WAN, router, "to-b");
            address(router, "to-a", ROUTER_TO_A + "/24");
            address(router, "to-b", ROUTER_TO_B + "/24");
            address(router, "to-a", ROUTER_TO_A6 + "/64");
            address(router, "to-b", ROUTER_TO_B6 + "/64");
            address(a, Site.WAN, A + "/24");
            address(a, Site.WAN, A6 + "/64");
            address(b, Site.WAN, BEHIND_ROUTER_B6 + "/64");
            router.set("net.ipv4.ip_forward", 1);
            router.set("net.ipv6.conf.all.forwarding", 1);
            a.ip("route add default via " + ROUTER_TO_A);
            a.ip("route add default via " + ROUTER_TO_A6);
            masquerade(middle, router);
            return Optional.of(router);
        }
    }

    private static List<Link> links(Middle middle, int pairs) {
        return IntStream.range(0, pairs).mapToObj(pair -> Link.between("pair" + pair,
                endpoint(A, "a.example", 1, pair),
                endpoint(
                        middle == Middle.MASQUERADE_B || middle == Middle.MASQUERADE_BOTH
                                ? ROUTER_TO_A
                                : addressOfB(middle, pair),
                        "b%d.example".formatted(pair),
                        2, pair)))
                .toList();
    }

    /// An end of B that others know by another address, by its own, which it calls itself by.
    static Endpoint behindRouter(Endpoint atB) {
        String own = addressOfB(Middle.ROUTER, Integer.parseInt(atB.network().split("\\.", -1)[2]));
        return atB.address(own).id(own);
    }

    private static String addressOfB(Middle middle, int pair) {
        return (middle == Middle.WIRE ? "192.0.2." : "198.51.100.") + (pair + 2);
    }

    private static void masquerade(Middle middle, Namespace router) {
        String rules = switch (middle) {
            case WIRE, ROUTER -> "";
            case MASQUERADE_A -> """
                    chain post {
                        type nat hook postrouting priority srcnat
                        oifname "to-b" masquerade
                    }
                """;
            case MASQUERADE_BOTH -> """
                    chain pre {
                        type nat hook prerouting priority dstnat
                        iifname "to-a" udp dport { 500, 4500 } dnat to 198.51.100.2
                    }
                    chain post {
                        type nat hook postrouting priority srcnat
                        oifname { "to-a", "to-b" } masquerade
                    }
                """;
            case MASQUERADE_B -> """
                    chain pre {
                        type nat hook prerouting priority dstnat
                        iifname "to-a" udp dport { 500, 4500 } dnat to 198.51.100.2
                    }
                    chain post {
                        type nat hook postrouting priority srcnat
                        oifname "to-a" masquerade
                    }
                """;
        };
        if (!rules.isEmpty()) {
            router.nft("table ip lab {\n" + rules + "}\n");
        }
    }

    private static Endpoint endpoint(String address, String id, int side, int pair) {
        return new Endpoint(address, id, "10.%d.%d.0/24".formatted(side, pair), "10.%d.%d.10".formatted(side, pair));
    }

    private static List<Link> links6(Middle middle, int pairs) {
        String addressOfB = middle == Middle.WIRE ? B6 : BEHIND_ROUTER_B6;
        return IntStream.range(0, pairs)
                .mapToObj(pair -> Link.between("six" + pair, endpoint6(A6, "a.example", 1, pair),
                        endpoint6(addressOfB, "b%d.example".formatted(pair), 2, pair)))
                .toList();
    }

    private static Endpoint endpoint6(String address, String id, int side, int pair) {
        String network = "2001:db8:%d:%x::".formatted(side, pair);
        return new Endpoint(address, id, network + "/64", network + "10");
    }

    private static void veth(Namespace one, String name, Namespace other, String otherName) {
        Command.of("ip", "link", "add", name, "netns", one.name(), "type", "veth", "peer", "name", otherName, "netns",
                other.name()).checked();
        one.ip("link set " + name + " up");
        other.ip("link set " + otherName + " up");
    }

    /// No duplicate address detection: an IPv6 address would not be usable for a second.
    private static void address(Namespace namespace, String device, String address) {
        namespace.ip("addr add %s dev %s%s".formatted(address, device, address.contains(":") ? " nodad" : ""));
    }
}
