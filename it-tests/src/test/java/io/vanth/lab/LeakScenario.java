package io.vanth.lab;

import io.vanth.lab.LeakTraffic.Taps;
import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Plane;
import io.vanth.lab.Link.Start;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
    private static final int SHOWN = 40;
    private static final int SOME = 20_000;
    private static final Duration PHASE_ONE = Duration.ofSeconds(16);
    private static final Duration PHASE_TWO = Duration.ofSeconds(20);

    private final Plane plane;
    private final Way way;
    private final Topology net;
    private final Namespace router;
    private final Link link;
    private final Link link6;
    private final Link other;
    private final LeakTraffic traffic;
    /// What had been offered when both daemons were first there.
    private int before;

    private LeakScenario(Lab lab, Plane plane, Way way) throws Exception {
        this.plane = plane;
        this.way = way;
        net = lab.siteToSite(Middle.ROUTER);
        router = net.router().orElseThrow();
        link = of(net.link());
        other = of(Link.between("other", net.link().local().network("10.1.1.0/24"),
                net.link().remote().network("10.2.1.0/24").id("other.example")));
        link6 = of(net.link6()).start(Start.ON_DEMAND);
        net.openClearPathThroughRouter();
        traffic = new LeakTraffic(lab, net, way);
    }

    private Link of(Link link) {
        return way.of(link).plane(plane).encapsulation(Encapsulation.YES).lifetime(PHASE_TWO).phaseOne(PHASE_ONE)
                .dpd(Duration.ofSeconds(2), Duration.ofSeconds(6));
    }

    static void play(Lab lab, Plane plane, Way way) throws Exception {
        new LeakScenario(lab, plane, way).play();
    }

    private void play() throws Exception {
        // Neighbours of IPv6 take a second or two to find each other.
        Await.until("the clear path is open", () -> net.traffic(link).answers() && net.traffic(link6).answers());
        assertSeen("before Vanth was ever started");
        Vanth a = net.a().vanth(way.besides(), link, link6, other);
        Vanth b = net.b().vanth(way.besides(), net.atB(link), net.atB(link6).start(Start.PASSIVE), net.atB(other));
        way.lead(net.a().gateway(), List.of(net.link(), net.link6()));
        way.lead(net.b().gateway(), List.of(net.atB(net.link()), net.atB(net.link6())));
        traffic.moment();
        Taps taps = traffic.record();
        Consumer<String> moment = what -> nothingLeaks(taps, what);
        before = traffic.offered();
        int forged = traffic.arrived(LeakTraffic.FORGED);
        int genuine = traffic.arrived(LeakTraffic.GENUINE);
        moment.accept("the daemons run, the tunnel over IPv4 has never been up");
        halfUp(a, moment);
        a.up(link);
        a.awaitUp(link6);
        moment.accept("the tunnels are up");
        assertTrue(traffic.arrived(LeakTraffic.GENUINE) > genuine + LeakTraffic.PACKETS / 10,
                "the tunnels carry the streams");
        a.rekey(link);
        b.rekey(net.atB(link));
        moment.accept("new keys of phase 2");
        awaitNewPhaseOne(b);
        moment.accept("new keys of phase 1");
        reload(a, b, moment);
        a.hold(link);
        moment.accept("down and held");
        a.up(link);
        assertEquals(0, a.terminate(), a.log());
        moment.accept("A has ended");
        a.start();
        moment.accept("A is there again");
        a.up(link);
        moment.accept("and up");
        a.kill();
        moment.accept("A was killed");
        a.start();
        a.up(link);
        moment.accept("A is back after it was killed");
        b.kill();
        moment.accept("B was killed");
        b.start();
        a.down(link);
        a.up(link);
        moment.accept("B is back after it was killed");
        assertEquals(forged, traffic.arrived(LeakTraffic.FORGED), "forged datagrams arrived");
        enough(moment);
        openAgain(a, b, moment);
    }

    private void halfUp(Vanth a, Consumer<String> moment) {
        for (HeldBack held : HeldBack.values()) {
            held.begin(router, plane);
            a.begin(link);
            Await.until(held + " is held back", Await.LIMIT, () -> held.any(router, plane), a::log);
            moment.accept("half up, held back: " + held);
            held.end(router, plane);
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

    private void reload(Vanth a, Vanth b, Consumer<String> moment) {
        reloads(a, link, link6, other.dpd(Duration.ofSeconds(20), Duration.ofSeconds(60)));
        moment.accept("another connection was reloaded");
        String young = "a quite different key of some length";
        Link changed = link.secret(young);
        reloads(a, changed, link6, other.secret(young));
        moment.accept("the connection was reloaded");
        reloads(b, net.atB(changed), net.atB(link6).start(Start.PASSIVE), net.atB(other).secret(young));
        // An attempt with the old key may be under way, and lasts minutes.
        a.down(link);
        a.up(link);
        moment.accept("the peer's too");
        assertNotEquals(0, a.reload(changed.ike("aes256-sha257-modp2048"), link6, other.secret(young)).exit());
        moment.accept("a reload was refused");
        restructure(a, b, changed, other.secret(young), moment);
    }

    /// Tunnels and connections get other networks and identities, come and go; one change fails half-way.
    private void restructure(Vanth a, Vanth b, Link changed, Link second, Consumer<String> moment) {
        Link narrow = changed.protecting("10.1.0.0/25");
        Link renamed = narrow.local(narrow.local().id("renamed.example"));
        for (Link next : List.of(narrow, renamed, changed)) {
            reloads(b, net.atB(next), net.atB(link6).start(Start.PASSIVE), net.atB(second));
            moment.accept("B was restructured by a reload");
            reloads(a, next, link6, second);
            moment.accept("A too");
            a.up(next);
            moment.accept("and up as it is now");
        }
        Link nowhere = second.local(second.local().address("192.0.2.77"));
        assertNotEquals(0, a.reload(narrow, link6, nowhere).exit());
        moment.accept("a reload failed half-way");
        reloads(a, changed, link6);
        moment.accept("a connection went");
        reloads(a, changed, link6, second);
    }

    private static void reloads(Vanth vanth, Link... links) {
        Command.Result result = vanth.reload(links);
        assertEquals(0, result.exit(), result::all);
    }

    /// The operator lets traffic pass in clear.
    private void openAgain(Vanth a, Vanth b, Consumer<String> moment) {
        for (Vanth each : List.of(a, b)) {
            assertEquals(0, each.terminate(), each.log());
            each.startOpen();
        }
        moment.accept("both run anew, and will open");
        for (Vanth each : List.of(a, b)) {
            assertEquals(0, each.terminate(), each.log());
        }
        assertSeen("after both were ended with --open");
    }

    private void nothingLeaks(Taps taps, String what) {
        traffic.moment();
        System.out.printf("[lab] leaks: %-50s %6d packets%n", what, traffic.offered() - before);
        List<String> leaked = taps.all().flatMap(tap -> tap.firstClear(SHOWN).stream()).toList();
        assertTrue(leaked.isEmpty(),
                () -> "in clear until the end of '%s':%n%s".formatted(what, String.join("\n", leaked)));
    }

    private void enough(Consumer<String> moment) {
        while (traffic.offered() - before < ENOUGH) {
            moment.accept("more of the same");
        }
    }

    /// The taps see each kind of packet of each sender, and the forged ones arrive.
    private void assertSeen(String when) {
        int forged = traffic.arrived(LeakTraffic.FORGED);
        Taps taps = traffic.record();
        traffic.moment();
        taps.all().forEach(WireTap::stop);
        List<String> seen = taps.middle().firstClear(SOME);
        for (String sender : List.of("10.1.0.10", "10.2.0.10", "10.1.0.1", "10.2.0.1", "2001:db8:1::10",
                "2001:db8:2::10", "2001:db8:1::1", "2001:db8:2::1")) {
            boolean six = sender.contains(":");
            assertKind(seen, sender + "\\.\\d+ > .* UDP, length", when);
            assertKind(seen, sender + "\\.\\d+ > .* Flags \\[S\\]", when);
            assertKind(seen, sender + " > .* " + (six ? "ICMP6, echo request" : "ICMP echo request"), when);
        }
        assertTrue(traffic.arrived(LeakTraffic.FORGED) > forged, "forged datagrams arrive " + when);
        taps.lans().forEach(lan -> assertFalse(lan.firstClear(1).isEmpty(), when));
    }

    private static void assertKind(List<String> seen, String regex, String when) {
        assertTrue(seen.stream().anyMatch(line -> line.matches(".*\\b" + regex + ".*")),
                () -> regex + " is not seen " + when + " among\n" + seen.stream().limit(SHOWN)
                        .collect(Collectors.joining("\n")));
    }
}
