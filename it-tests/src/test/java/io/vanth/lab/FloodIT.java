package io.vanth.lab;

import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-22 and S-23: 20,000 first messages a second from 65,536 addresses that nobody has.
@InLab
final class FloodIT {
    private static final int PER_SECOND = 20_000;
    private static final int SECONDS = 60;
    private static final int MAIN_MODE = 2;
    private static final double MOST_OUT_PER_IN = 1.5;
    private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+) bytes (\\d+) comment \"(\\w+)\"");

    @Test
    void aPeerConnectsAndATunnelCarriesMeanwhile(Lab lab) {
        var net = lab.siteToSite(2);
        var live = net.link(0);
        var newcomer = net.link(1);
        var swan = net.a().strongSwan(live, newcomer);
        var anybody = net.atB(newcomer).remote(net.atB(newcomer).remote().address("any"));
        var vanth = net.b().vanth(net.atB(live), anybody);
        swan.up(live);
        net.traffic(live).pingBothWays();
        count(net);
        Daemon flood = flood(lab, net, newcomer.remote().address());
        Await.until("the flood is on", Await.LIMIT, () -> vanth.status().path("halfOpen").asInt() > 1000,
                () -> vanth.status().toPrettyString());
        int peak = vanth.status().path("halfOpen").asInt();
        long began = System.nanoTime();
        Await.until("strongSwan is connected", Duration.ofSeconds(50), () -> swan.tryUp(newcomer).exit() == 0,
                vanth::log);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(flood.running(), "the flood must last as long");
        net.traffic(live).pingBothWays();
        net.traffic(newcomer).pingBothWays();
        flood.awaitExit(Duration.ofSeconds(2 * SECONDS));
        System.out.printf("[lab] flood: %s in %d s, half-open %d, connected in %d ms, %s%n", flood.log().trim(),
                SECONDS,
                peak, took.toMillis(), net.losses().lines().filter(line -> line.contains("UdpRcvbuf")).toList());
        assertNoAmplification(net);
        Await.until("no half-open negotiation is left", Duration.ofSeconds(40),
                () -> vanth.status().path("halfOpen").asInt() == 0, () -> vanth.status().toPrettyString());
        net.traffic(live).pingBothWays();
        net.traffic(newcomer).pingBothWays();
    }

    /// The answers to nobody end at gateway A.
    private static void count(Topology net) {
        net.b().gateway().ip("route add 10.99.0.0/16 via " + net.link().local().address());
        net.b().gateway().nft("""
            table inet flood {
                chain arrives {
                    type filter hook prerouting priority raw
                    ip saddr 10.99.0.0/16 counter comment "in"
                }
                chain leaves {
                    type filter hook postrouting priority raw
                    ip daddr 10.99.0.0/16 counter comment "out"
                }
            }
            """);
        net.a().gateway().nft("""
            table inet flood {
                chain nobody {
                    type filter hook prerouting priority raw
                    ip daddr 10.99.0.0/16 drop
                }
            }
            """);
    }

    private static Daemon flood(Lab lab, Topology net, String target) {
        // aes256-sha256-modp2048 with a pre-shared key and an hour, as RFC 2409 appendix A numbers them.
        var transform = new Payload.TransformItem(1, 1, List.of(Attribute.basic(1, 7), Attribute.basic(14, 256),
                Attribute.basic(2, 4), Attribute.basic(3, 1), Attribute.basic(4, 14), Attribute.basic(11, 1),
                Attribute.basic(12, 3600)));
        var offer = Payload.Sa.of(List.of(new Payload.Proposal(1, 1, Bytes.EMPTY, List.of(transform))));
        var header = IsakmpHeader.of(new Cookie(1), Cookie.NONE, MAIN_MODE, 0, 0);
        return lab.own(net.a().gateway().start("flood", lab.folder().resolve("flood.log"), Map.of(),
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m",
                        "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                        Path.of("target", "test-classes").toAbsolutePath().toString(), Flood.class.getName(), target,
                        Integer.toString(PER_SECOND), Integer.toString(SECONDS),
                        MessageWriter.write(header, List.of(offer)).hex())));
    }

    private static void assertNoAmplification(Topology net) {
        String counters = net.b().gateway().command("nft", "list", "table", "inet", "flood").checked();
        long in = bytes(counters, "in");
        long out = bytes(counters, "out");
        System.out.printf("[lab] flood: %d bytes in, %d bytes out: %.2f%n", in, out, (double) out / in);
        assertTrue(in > 0 && out > 0, counters);
        assertTrue(out <= in * MOST_OUT_PER_IN, counters);
    }

    private static long bytes(String counters, String name) {
        Matcher counter = COUNTER.matcher(counters);
        return counter.results().filter(each -> each.group(3).equals(name))
                .mapToLong(each -> Long.parseLong(each.group(2)))
                .findFirst().orElseThrow(() -> new AssertionError(counters));
    }
}
