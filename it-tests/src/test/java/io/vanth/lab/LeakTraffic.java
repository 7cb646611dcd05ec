package io.vanth.lab;

import io.vanth.lab.ClearStream.Route;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who sends to whom in [LeakScenario]: hosts and gateways on both sides to each other's networks, and somebody on the
/// router between them, who forges their addresses; who counts what arrives; and who looks for packets in clear.
final class LeakTraffic {
    static final int GENUINE = 1;
    static final int FORGED = 2;
    /// Of each of the four senders, in each moment.
    static final int PACKETS = 1_000;
    private static final int GENUINE_STREAMS = 4;
    private static final List<String> NETWORKS = List.of("10.1.0.0/16", "10.2.0.0/16", "2001:db8:1::/48",
            "2001:db8:2::/48");
    /// Addresses of one network that the forger, who is not in it, has taken.
    private static final List<String> FORGERS = List.of("10.1.0.66", "10.2.0.66", "2001:db8:1::66", "2001:db8:2::66");

    private final Lab lab;
    private final Topology net;
    private final Namespace router;
    private final List<ClearStream> streams;
    private final List<Catcher> catchers;

    LeakTraffic(Lab lab, Topology net, Way way) throws Exception {
        this.lab = lab;
        this.net = net;
        router = net.router().orElseThrow();
        for (String address : FORGERS) {
            router.ip("addr add %s dev lo%s".formatted(address, address.contains(":") ? " nodad" : ""));
        }
        catchers = Stream.concat(catchers(net.a().gateway(), net.b().gateway(), 1).stream(),
                catchers(net.a().host(), net.b().host(), 10).stream()).toList();
        streams = streams(way);
        echoes(net.a().gateway(), "10.1.0.1", "10.2.0.10", "2001:db8:1::1", "2001:db8:2::10");
        echoes(net.b().gateway(), "10.2.0.1", "10.1.0.10", "2001:db8:2::1", "2001:db8:1::10");
        echoes(router, "10.2.0.66", "10.1.0.10", "10.1.0.66", "10.2.0.1");
        if (way == Way.POLICIES) {
            echoes(router, "2001:db8:2::66", "2001:db8:1::1", "2001:db8:1::66", "2001:db8:2::10");
        }
    }

    private List<Catcher> catchers(Namespace atA, Namespace atB, int last) throws Exception {
        return List.of(Catcher.open(lab, atA, "10.1.0." + last), Catcher.open(lab, atA, "2001:db8:1::" + last),
                Catcher.open(lab, atB, "10.2.0." + last), Catcher.open(lab, atB, "2001:db8:2::" + last));
    }

    /// From each host, from each gateway with an address of its network and with what the kernel chooses, and the
    /// forger's.
    private List<ClearStream> streams(Way way) throws Exception {
        return List.of(
                ClearStream.start(lab, net.a().host(), GENUINE, Route.to("10.2.0.10"), Route.to("2001:db8:2::10"),
                        Route.to("10.2.0.1"), Route.to("2001:db8:2::1")),
                ClearStream.start(lab, net.b().host(), GENUINE, Route.to("10.1.0.10"), Route.to("2001:db8:1::10"),
                        Route.to("10.1.0.1"), Route.to("2001:db8:1::1")),
                ClearStream.start(lab, net.a().gateway(), GENUINE, Route.from("10.1.0.1", "10.2.0.10"),
                        Route.from("2001:db8:1::1", "2001:db8:2::10"), Route.to("10.2.0.1"),
                        Route.to("2001:db8:2::10")),
                ClearStream.start(lab, net.b().gateway(), GENUINE, Route.from("10.2.0.1", "10.1.0.10"),
                        Route.from("2001:db8:2::1", "2001:db8:1::10"), Route.to("10.1.0.1"),
                        Route.to("2001:db8:1::10")),
                ClearStream.start(lab, router, FORGED, forgeries(way).toArray(Route[]::new)));
    }

    /// From the other network to either. What pretends to come from the own network is for the operator's filter of
    /// reverse paths, as no policy is about it; with routes in the place of policies all is, and IPv6 has no such filter.
    private static List<Route> forgeries(Way way) {
        List<Route> four = List.of(Route.from("10.2.0.66", "10.1.0.10"), Route.from("10.2.0.66", "10.1.0.1"),
                Route.from("10.1.0.66", "10.2.0.10"), Route.from("10.1.0.66", "10.2.0.1"));
        List<Route> six = List.of(Route.from("2001:db8:2::66", "2001:db8:1::10"),
                Route.from("2001:db8:2::66", "2001:db8:1::1"), Route.from("2001:db8:1::66", "2001:db8:2::10"),
                Route.from("2001:db8:1::66", "2001:db8:2::1"));
        return switch (way) {
            case POLICIES -> Stream.concat(four.stream(), six.stream()).toList();
            case ROUTES -> four;
        };
    }

    /// Pairs of source and target.
    private void echoes(Namespace from, String... ends) {
        for (int end = 0; end < ends.length; end += 2) {
            lab.own(from.start("ping", lab.folder().resolve("ping-%s.out".formatted(ends[end])), Map.of(),
                    List.of("ping", "-q", "-i", "0.1", "-I", ends[end], ends[end + 1])));
        }
    }

    /// Lets all of them send in haste, until each has offered [#PACKETS].
    void moment() {
        Map<ClearStream, Integer> enough = streams.stream()
                .collect(Collectors.toMap(stream -> stream, stream -> stream.offered() + PACKETS));
        streams.forEach(stream -> stream.hurry(true));
        enough.forEach(ClearStream::awaitOffered);
        streams.forEach(stream -> stream.hurry(false));
    }

    /// How many genuine packets have been sent, or tried to.
    int offered() {
        return streams.stream().limit(GENUINE_STREAMS).mapToInt(ClearStream::offered).sum();
    }

    /// How many datagrams with this mark have come to a host or a gateway.
    int arrived(int mark) {
        return catchers.stream().mapToInt(catcher -> catcher.count(mark)).sum();
    }

    /// Where packets in clear are looked for: on the router those of the protected networks, behind the gateways those of
    /// the forger.
    record Taps(WireTap middle, List<WireTap> lans) {
        Stream<WireTap> all() {
            return Stream.concat(Stream.of(middle), lans.stream());
        }
    }

    Taps record() {
        String forged = FORGERS.stream().map(address -> "src host " + address).collect(Collectors.joining(" or "));
        String clear = NETWORKS.stream().map(network -> "net " + network).collect(Collectors.joining(" or "));
        return new Taps(
                WireTap.clearOnly(lab, router, "any", "192.0.2.1", "(%s) and not (%s) and not arp".formatted(clear,
                        forged)),
                List.of(WireTap.clearOnly(lab, net.a().host(), Site.LAN, "10.1.0.1", forged),
                        WireTap.clearOnly(lab, net.b().host(), Site.LAN, "10.2.0.1", forged)));
    }
}
