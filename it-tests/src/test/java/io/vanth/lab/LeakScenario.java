package io.vanth.lab;

import io.vanth.lab.ClearStream.Route;
import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Plane;
import io.vanth.lab.Link.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-25: hosts and gateways on both sides send to each other's networks all the time, over IPv4 and IPv6, while both
/// gateways' daemons go through everything that can happen to them; and somebody between them sends forged packets in
/// clear to both networks. No packet of a protected network may be seen in clear on the router in the middle, and no
/// forged one behind a gateway.
///
/// Without Vanth the same streams are seen in clear and the forged packets arrive, at the begin and at the end: the lab
/// would see a leak.
final class LeakScenario {
    private static final int ENOUGH = 100_000;
    /// Of each of the four senders, in each moment.
    private static final int PACKETS = 1_500;
    private static final int GENUINE_STREAMS = 4;
    private static final int GENUINE = 1;
    private static final int FORGED = 2;
    private static final Duration PHASE_ONE = Duration.ofSeconds(16);
    private static final Duration PHASE_TWO = Duration.ofSeconds(20);
    private static final List<String> NETWORKS = List.of("10.1.0.0/16", "10.2.0.0/16", "2001:db8:1::/48",
            "2001:db8:2::/48");
    /// Addresses of one network that the forger, who is not in it, has taken.
    private static final List<String> FORGERS = List.of("10.1.0.66", "10.2.0.66", "2001:db8:1::66", "2001:db8:2::66");
    /// Messages of quick mode in UDP 4500 behind the marker; the third is the only one so short.
    private static final String QUICK_MODE = "udp dport 4500 @th,64,32 0 @th,240,8 32";

    private final Lab lab;
    private final Topology net;
    private final Namespace router;
    private final Link link;
    private final Link link6;
    private final Link other;
    private final List<ClearStream> streams;
    private final List<Catcher> gateways;
    private final List<Catcher> hosts;
    private final WireTap middle;
    private final List<WireTap> lans;
    /// When both daemons were first there.
    private Instant closed = Instant.MAX;
    /// What had been offered then.
    private int before;

    private LeakScenario(Lab lab, Plane plane) throws Exception {
        this.lab = lab;
        net = lab.siteToSite(Middle.ROUTER);
        router = net.router().orElseThrow();
        link = of(net.link(), plane);
        other = of(Link.between("other", net.link().local().network("10.1.1.0/24"),
                net.link().remote().network("10.2.1.0/24").id("other.example")), plane);
        link6 = of(net.link6(), plane).start(Start.ON_DEMAND);
        net.openClearPathThroughRouter();
        for (String address : FORGERS) {
            router.ip("addr add %s dev lo%s".formatted(address, address.contains(":") ? " nodad" : ""));
        }
        String own = FORGERS.stream().map(address -> "src host " + address).collect(Collectors.joining(" or "));
        middle = WireTap.clearOnly(lab, router, "any", "192.0.2.1", "(%s) and not (%s) and not arp".formatted(
                NETWORKS.stream().map(network -> "net " + network).collect(Collectors.joining(" or ")), own));
        lans = List.of(WireTap.clearOnly(lab, net.a().host(), Site.LAN, "10.1.0.1", own),
                WireTap.clearOnly(lab, net.b().host(), Site.LAN, "10.2.0.1", own));
        gateways = catchers(net.a().gateway(), net.b().gateway(), 1);
        hosts = catchers(net.a().host(), net.b().host(), 10);
        streams = streams();
        echoes(net.a().gateway(), "10.1.0.1", "10.2.0.10", "2001:db8:1::1", "2001:db8:2::10");
        echoes(net.b().gateway(), "10.2.0.1", "10.1.0.10", "2001:db8:2::1", "2001:db8:1::10");
        echoes(router, "10.2.0.66", "10.1.0.10", "2001:db8:2::66", "2001:db8:1::1");
        echoes(router, "10.1.0.66", "10.2.0.1", "2001:db8:1::66", "2001:db8:2::10");
    }

    private static Link of(Link link, Plane plane) {
        return link.plane(plane).encapsulation(Encapsulation.YES).lifetime(PHASE_TWO).phaseOne(PHASE_ONE)
                .dpd(Duration.ofSeconds(2), Duration.ofSeconds(6));
    }

    private List<Catcher> catchers(Namespace atA, Namespace atB, int last) throws Exception {
        return List.of(Catcher.open(lab, atA, "10.1.0." + last), Catcher.open(lab, atA, "2001:db8:1::" + last),
                Catcher.open(lab, atB, "10.2.0." + last), Catcher.open(lab, atB, "2001:db8:2::" + last));
    }

    /// From each host, from each gateway with an address of its network and with what the kernel chooses, and the
    /// forger's.
    private List<ClearStream> streams() throws Exception {
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
                ClearStream.start(lab, router, FORGED, Route.from("10.2.0.66", "10.1.0.10"),
                        Route.from("10.2.0.66", "10.1.0.1"), Route.from("2001:db8:2::66", "2001:db8:1::10"),
                        Route.from("2001:db8:2::66", "2001:db8:1::1"), Route.from("10.1.0.66", "10.2.0.10"),
                        Route.from("10.1.0.66", "10.2.0.1"), Route.from("2001:db8:1::66", "2001:db8:2::10"),
                        Route.from("2001:db8:1::66", "2001:db8:2::1")));
    }

    /// Pairs of source and target.
    private void echoes(Namespace from, String... ends) {
        for (int end = 0; end < ends.length; end += 2) {
            lab.own(from.start("ping", lab.folder().resolve("ping-%s.out".formatted(ends[end])), Map.of(),
                    List.of("ping", "-q", "-i", "0.01", "-I", ends[end], ends[end + 1])));
        }
    }

    static void play(Lab lab, Plane plane) throws Exception {
        new LeakScenario(lab, plane).play();
    }

    private void play() throws Exception {
        moment();
        assertSeen("before Vanth was ever started");
        Vanth a = net.a().vanth(link, link6, other);
        Vanth b = net.b().vanth(net.atB(link), net.atB(link6).start(Start.PASSIVE), net.atB(other));
        moment();
        closed = Instant.now();
        before = offered();
        int forged = arrived(FORGED);
        int genuine = arrived(GENUINE);
        moment("the daemons run, the tunnel over IPv4 has never been up");
        halfUp(a);
        a.up(link);
        a.awaitUp(link6);
        moment("the tunnels are up");
        assertTrue(arrived(GENUINE) > genuine + PACKETS / 10, "the tunnels carry the streams");
        a.rekey(link);
        b.rekey(net.atB(link));
        moment("new keys of phase 2");
        awaitNewPhaseOne(b);
        moment("new keys of phase 1");
        reload(a, b);
        a.hold(link);
        moment("down and held");
        a.up(link);
        assertEquals(0, a.terminate(), a.log());
        moment("A has ended");
        a.start();
        moment("A is there again");
        a.up(link);
        moment("and up");
        a.kill();
        moment("A was killed");
        a.start();
        a.up(link);
        moment("A is back after it was killed");
        b.kill();
        moment("B was killed");
        b.start();
        a.up(link);
        moment("B is back after it was killed");
        assertEquals(forged, arrived(FORGED), "forged datagrams arrived");
        enough();
        openAgain(a, b);
    }

    /// Message 3, then message 2, is held back; then all that the peer says.
    private void halfUp(Vanth a) {
        for (String held : List.of("iifname to-a %s udp length < 120".formatted(QUICK_MODE),
                "iifname to-b " + QUICK_MODE, "iifname to-b meta l4proto udp")) {
            router.nft("""
                table ip half {
                    chain up {
                        type filter hook forward priority 0
                        %s counter drop
                    }
                }
                """.formatted(held));
            a.begin(link);
            Await.until("a message is held back: " + held, Await.LIMIT,
                    () -> !router.command("nft", "list", "ruleset").checked().contains("packets 0 "),
                    () -> a.log());
            moment("half up: " + held);
            router.nft("delete table ip half\n");
            a.down(link);
        }
    }

    private void awaitNewPhaseOne(Vanth b) {
        String peer = net.atB(link).name();
        String before = b.connection(net.atB(link)).path("isakmp").toString();
        Await.until("phase 1 of " + peer + " is renewed", Duration.ofMinutes(1),
                () -> !b.connection(net.atB(link)).path("isakmp").toString().equals(before),
                () -> b.status().toPrettyString());
    }

    private void reload(Vanth a, Vanth b) {
        reloads(a, link, link6, other.dpd(Duration.ofSeconds(20), Duration.ofSeconds(60)));
        moment("another connection was reloaded");
        String young = "a quite different key of some length";
        Link changed = link.secret(young);
        reloads(a, changed, link6, other.secret(young));
        moment("the connection was reloaded");
        reloads(b, net.atB(changed), net.atB(link6).start(Start.PASSIVE), net.atB(other).secret(young));
        a.up(link);
        moment("the peer's too");
        assertNotEquals(0, a.reload(changed.protecting("10.1.0.0/25"), link6, other.secret(young)).exit());
        moment("a reload was refused");
        reloads(a, changed, link6, other.secret(young));
    }

    private static void reloads(Vanth vanth, Link... links) {
        Command.Result result = vanth.reload(links);
        assertEquals(0, result.exit(), result::all);
    }

    /// The operator lets traffic pass in clear.
    private void openAgain(Vanth a, Vanth b) {
        for (Vanth each : List.of(a, b)) {
            assertEquals(0, each.terminate(), each.log());
            each.startOpen();
        }
        moment("both run anew, and will open");
        for (Vanth each : List.of(a, b)) {
            assertEquals(0, each.terminate(), each.log());
        }
        closed = Instant.MAX;
        moment();
        assertSeen("after both were ended with --open");
    }

    private void moment() {
        Map<ClearStream, Integer> enough = streams.stream()
                .collect(Collectors.toMap(stream -> stream, stream -> stream.offered() + PACKETS));
        enough.forEach(ClearStream::awaitOffered);
    }

    private void moment(String what) {
        Instant begin = Instant.now();
        moment();
        System.out.printf("[lab] leaks: %-60s %6d packets%n", what, offered() - before);
        List<WireTap.Seen> leaked = Stream.concat(Stream.of(middle), lans.stream())
                .flatMap(tap -> tap.allClear().stream()).filter(seen -> seen.at().isAfter(closed)).toList();
        assertTrue(leaked.isEmpty(),
                () -> "%d packets in clear until the end of '%s', which began at %s:%n%s".formatted(
                        leaked.size(), what, begin, leaked.stream().limit(40).map(seen -> seen.at() + " " + seen.line())
                                .collect(Collectors.joining("\n"))));
    }

    private int offered() {
        return streams.stream().limit(GENUINE_STREAMS).mapToInt(ClearStream::offered).sum();
    }

    private int arrived(int mark) {
        return Stream.concat(hosts.stream(), gateways.stream()).mapToInt(catcher -> catcher.count(mark)).sum();
    }

    private void enough() {
        while (offered() - before < ENOUGH) {
            moment("more of the same");
        }
    }

    /// The tap sees each kind of packet of each sender, and the forged ones arrive.
    private void assertSeen(String when) {
        Instant since = Instant.now();
        int forged = arrived(FORGED);
        moment();
        List<String> seen = middle.allClear().stream().filter(each -> each.at().isAfter(since))
                .map(WireTap.Seen::line).toList();
        for (String sender : List.of("10.1.0.10", "10.2.0.10", "10.1.0.1", "10.2.0.1", "2001:db8:1::10",
                "2001:db8:2::10", "2001:db8:1::1", "2001:db8:2::1")) {
            boolean six = sender.contains(":");
            assertKind(seen, sender + "\\.\\d+ > .* UDP, length", when);
            assertKind(seen, sender + "\\.\\d+ > .* Flags \\[S\\]", when);
            assertKind(seen, sender + " > .* " + (six ? "ICMP6, echo request" : "ICMP echo request"), when);
        }
        assertTrue(arrived(FORGED) > forged, "forged datagrams arrive " + when);
        for (WireTap lan : lans) {
            assertTrue(lan.allClear().stream().anyMatch(each -> each.at().isAfter(since)), when);
        }
    }

    private static void assertKind(List<String> seen, String regex, String when) {
        assertTrue(seen.stream().anyMatch(line -> line.matches(".*\\b" + regex + ".*")),
                () -> regex + " is not seen " + when + " among\n" + seen.stream().limit(40)
                        .collect(Collectors.joining("\n")));
    }
}
