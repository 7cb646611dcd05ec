package io.vanth.ike.session;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.StartMode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Every two features together, over a bad network: tunnels come up, carry traffic both ways, and leave nothing behind.
class FeatureMatrixTest {
    /// How often the array is built anew: some hundred runs in the ordinary build, thousands in the long profile.
    private static final int ARRAYS = Boolean.getBoolean("vanth.long") ? 100 : 4;
    private static final double LOSS = 0.05;
    private static final double DUPLICATION = 0.02;

    private static final List<Feature> FEATURES = List.of(feature("cipher", "aes256", "aes128"),
            feature("hash", "sha256", "sha1"),
            feature("group", "ecp256", "ecp256", "ecp256", "ecp256", "ecp256", "modp2048"),
            feature("mode", "|", "mode aggressive;allow aggressivePsk|mode aggressive;allow aggressivePsk"),
            feature("authentication", "|", "auth rsa|auth rsa", "auth ecdsa256|auth ecdsa256",
                    "auth certificate|auth certificate"),
            feature("esp", "aes128gcm16", "aes256-sha256"), feature("pfs", "", "-ecp256"),
            feature("encapsulation", "|", "encapsulation yes|", "|encapsulation yes",
                    "encapsulation yes|encapsulation yes"),
            feature("dead peer detection", "|", "dpd 0s|dpd 0s", "dpd 10s/30s restart|dpd 20s/40s clear",
                    "dpd 15s/30s clear|dpd 10s/60s hold"),
            feature("uniqueness", "|", "unique never|unique never", "unique keep|unique keep"),
            feature("router", "", "a", "b", "ab"),
            feature("fragmentation", "|", "fragmentation yes 700|fragmentation yes 700"),
            feature("start", "|", "|start always", "start passive|start always", "start onDemand|", "|peer any",
                    "start onDemand|peer any"),
            feature("tunnels", "|", "tunnel dmz 10.3.0.0/24 10.4.0.0/24|tunnel dmz 10.4.0.0/24 10.3.0.0/24",
                    "tunnel dmz 10.3.0.0/24 10.4.0.0/24;tunnel lab 10.5.0.0/24 10.6.0.0/24"
                            + "|tunnel dmz 10.4.0.0/24 10.3.0.0/24;tunnel lab 10.6.0.0/24 10.5.0.0/24"),
            feature("lifetime", "|", "lifetime 3m|lifetime 3m", "lifetime 2m|", "|lifetime 4m"),
            feature("lifetime of tunnels", "|", "tunnelLifetime 1m|tunnelLifetime 1m", "tunnelLifetime 45s|",
                    "|tunnelLifetime 70s"),
            feature("latency", "20", "300"));

    /// A choice to be made, and its values. Those with a `|` are settings of `a` and of `b`, divided by `;`.
    private record Feature(String name, List<String> values) {}

    private static Feature feature(String name, String... values) {
        return new Feature(name, List.of(values));
    }

    @Test
    void every_two_features_together_over_a_bad_network() {
        int[] sizes = FEATURES.stream().mapToInt(each -> each.values.size()).toArray();
        int runs = 0;
        long before = 0;
        for (int seed = 0; seed < ARRAYS; seed++) {
            if (seed == ARRAYS / 4) {
                before = Heap.used();
            }
            for (int[] row : CoveringArray.rows(sizes, new Random(seed))) {
                Map<String, String> choices = choices(row);
                try {
                    run(choices, seed);
                } catch (AssertionError | RuntimeException failed) {
                    throw new AssertionError("seed %d, %s".formatted(seed, choices), failed);
                }
                runs++;
            }
        }
        Heap.assertFlat(before);
        assertTrue(runs >= 36 * ARRAYS, runs + " runs");
    }

    private static Map<String, String> choices(int[] row) {
        var choices = new LinkedHashMap<String, String>();
        for (int i = 0; i < row.length; i++) {
            choices.put(FEATURES.get(i).name, FEATURES.get(i).values.get(row[i]));
        }
        return choices;
    }

    /// The settings of one end.
    private static List<String> settings(Map<String, String> choices, int end) {
        var settings = new ArrayList<String>();
        settings.add("peer " + (end == 0 ? address(Pair.B, choices) : address(Pair.A, choices)).getHostAddress());
        settings.add("ike %s-%s-%s".formatted(choices.get("cipher"), choices.get("hash"), choices.get("group")));
        for (String value : choices.values()) {
            String[] ends = value.split("\\|", 2);
            if (ends.length == 2) {
                Arrays.stream(ends[end].split(";", -1)).filter(each -> !each.isEmpty()).forEach(settings::add);
            }
        }
        settings.add("esp " + choices.get("esp") + choices.get("pfs"));
        return settings;
    }

    /// Where an end is reached: at its router, which passes on to it, if it has one.
    private static InetAddress address(InetAddress end, Map<String, String> choices) {
        String name = end.equals(Pair.A) ? "a" : "b";
        return choices.get("router").contains(name) ? InetAddress.ofLiteral("198.51.100." + end.getAddress()[3]) : end;
    }

    private static Translation routers(Map<String, String> choices) {
        var routers = new Translation();
        for (InetAddress end : List.of(Pair.A, Pair.B)) {
            InetAddress outside = address(end, choices);
            if (!outside.equals(end)) {
                routers.hide(end, outside).forward(end, 500).forward(end, 4500);
            }
        }
        return routers;
    }

    private static void run(Map<String, String> choices, int seed) {
        Connection a = ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), settings(choices, 0));
        Connection b = ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), settings(choices, 1));
        var pair = new Pair(a, b);
        var random = new Random(31L * seed + choices.hashCode());
        int latency = Integer.parseInt(choices.get("latency"));
        pair.network((_, _) -> copies(random, latency));
        pair.translate(routers(choices));
        if (choices.get("fragmentation").startsWith("fragmentation")) {
            pair.mtu(900);
        }
        pair.a().start();
        pair.b().start();
        traffic(pair, a);
        for (int minute = 0; minute < 4; minute++) {
            pair.advance(Duration.ofMinutes(1));
            traffic(pair, a);
        }
        // What the network has spoiled is mended within the retransmissions of one more exchange.
        pair.network((_, _) -> List.of(Duration.ofMillis(random.nextInt(latency))));
        for (int minute = 0; minute < 3; minute++) {
            traffic(pair, a);
            pair.advance(Duration.ofMinutes(1));
        }
        assertTraffic(pair, a.tunnels().size());
        pair.network((_, _) -> copies(random, latency));
        pair.a().event(new Event.Shutdown());
        pair.advance(Duration.ofSeconds(1));
        pair.b().event(new Event.Shutdown());
        pair.advance(Duration.ofMinutes(10));
        pair.a().assertEmpty();
        pair.b().assertEmpty();
    }

    private static List<Duration> copies(Random random, int latency) {
        double chance = random.nextDouble();
        int copies = chance < LOSS ? 0 : chance < LOSS + DUPLICATION ? 2 : 1;
        return Collections.nCopies(copies, 0).stream().map(_ -> Duration.ofMillis(5 + random.nextInt(latency)))
                .toList();
    }

    /// A packet for a tunnel on demand brings it up; whoever gets a packet that it has no SA for reports it.
    private static void traffic(Pair pair, Connection onDemand) {
        onDemand.tunnels().stream().filter(each -> each.start() == StartMode.ON_DEMAND)
                .filter(each -> pair.a().installed.values().stream().noneMatch(sa -> sa.group().equals(each.group())))
                .forEach(each -> pair.a().event(new Event.FromDataPlane(
                        new DataPlaneEvent.Acquire("site/" + each.name(), each.group(), Pair.A, Pair.B, 1))));
        for (Pair.Host sender : List.of(pair.a(), pair.b())) {
            Pair.Host receiver = peer(pair, sender);
            List.copyOf(sender.installed.values()).stream()
                    .filter(each -> each.direction() == Direction.OUTBOUND
                            && receiver.inbound(each.id().spi()).isEmpty())
                    .forEach(each -> receiver.engine.sessions().stream().findFirst()
                            .ifPresent(sa -> receiver.event(new Event.FromDataPlane(new DataPlaneEvent.InvalidSpi(
                                    each.id().protocol(), sa.path().remote(), receiver.address,
                                    each.id().spi().value())))));
        }
    }

    private static Pair.Host peer(Pair pair, Pair.Host of) {
        return of == pair.a() ? pair.b() : pair.a();
    }

    /// What either end sends on for a tunnel, the other has an inbound SA with the same key for.
    private static void assertTraffic(Pair pair, int tunnels) {
        for (Pair.Host sender : List.of(pair.a(), pair.b())) {
            Pair.Host receiver = peer(pair, sender);
            for (int group : IntStream.rangeClosed(1, tunnels).toArray()) {
                SaId outbound = sender.installed.values().stream()
                        .filter(each -> each.direction() == Direction.OUTBOUND
                                && each.group().equals(new SaGroup(group)))
                        .map(SecurityAssociation::id).reduce((_, later) -> later)
                        .orElseThrow(() -> new AssertionError("%s has no tunnel %d: %s".formatted(
                                TranscriptLog.name(sender), group, sender.status())));
                SaId inbound = receiver.inbound(outbound.spi())
                        .orElseThrow(() -> new AssertionError("the peer does not have " + outbound));
                assertEquals(sender.keys.get(outbound), receiver.keys.get(inbound));
            }
        }
    }
}
