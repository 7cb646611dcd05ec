package io.vanth.lab;

import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.lab.Link.Mode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-22 and S-23: 20,000 first messages a second with forged addresses. Somebody new gets in meanwhile, and who is
/// there already notices nothing.
@InLab(alone = true)
final class FloodIT {
    private static final int PER_SECOND = 20_000;
    /// Longer than any attack is needed; each ends with what is to be seen meanwhile.
    private static final int SECONDS = 120;
    private static final String ANYBODY = "0.0.0.0";
    private static final String NOBODYS_NETWORK = "10.99.0.0/16";
    private static final int STREAM_PER_SECOND = 200;
    private static final int STREAM = 1600;
    /// What two busy processors may lose of it, with no fault of ours.
    private static final double MOST_LOST = 0.05;
    private static final Duration ADMISSION = Duration.ofSeconds(60);
    private static final int PUBLIC_VALUE = 256;
    private static final int NONCE = 32;
    private static final int FQDN = 2;

    /// @param source    forged: an address, or [#ANYBODY] for all of a network
    /// @param newcomer  who gets in meanwhile
    /// @param outPerIn  the most bytes that may leave for each that came
    private record Attack(String name, String source, String target, Link newcomer, Bytes message, double outPerIn) {}

    @Test
    void somebodyNewGetsInAndTunnelsCarryMeanwhile(Lab lab) {
        var net = lab.siteToSite(5);
        Link live = net.link(0);
        Link stranger = net.link(1);
        Link peer = net.link(2);
        Link aggressive = net.link(3).mode(Mode.AGGRESSIVE);
        Link crowd = net.link(4).mode(Mode.AGGRESSIVE);
        var swan = net.a().strongSwan(live, stranger, peer, aggressive);
        var vanth = net.b().vanth(net.atB(live), ofAnybody(net.atB(stranger)), net.atB(peer), net.atB(aggressive),
                ofAnybody(net.atB(crowd)));
        swan.up(live);
        net.traffic(live).pingBothWays();
        var meter = FloodMeter.start(net, vanth, NOBODYS_NETWORK);
        var attacks = List.of(
                new Attack("main mode from 65,536 addresses", ANYBODY, stranger.remote().address(), stranger,
                        mainMode(), 1.5),
                new Attack("main mode from a peer's address", peer.local().address(), peer.remote().address(), peer,
                        mainMode(), 1.5),
                new Attack("aggressive mode from 65,536 addresses", ANYBODY, crowd.remote().address(), aggressive,
                        aggressiveMode(crowd), 3));
        for (Attack attack : attacks) {
            withstand(lab, net, swan, live, meter, attack);
        }
        Await.until("no half-open negotiation is left", Duration.ofSeconds(60),
                () -> vanth.status().path("halfOpen").asInt() == 0, () -> vanth.status().toPrettyString());
        net.traffic(live).pingBothWays();
        attacks.forEach(attack -> net.traffic(attack.newcomer()).pingBothWays());
    }

    private static Link ofAnybody(Link link) {
        return link.remote(link.remote().address("any"));
    }

    private static void withstand(Lab lab, Topology net, StrongSwan swan, Link live, FloodMeter meter, Attack attack) {
        FloodMeter.Reading before = meter.read();
        long rekeyed = swan.establishedCount();
        try (Daemon flood = flood(lab, net, attack)) {
            Await.until("the flood is on", Await.LIMIT, () -> meter.read().since(before).arrived() > PER_SECOND,
                    flood::log);
            NumberedStream stream = net.traffic(live).aToB(STREAM_PER_SECOND, STREAM);
            long began = System.nanoTime();
            Await.until("strongSwan is connected", ADMISSION, () -> swan.tryUp(attack.newcomer()).exit() == 0,
                    swan::log);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            net.traffic(attack.newcomer()).pingBothWays();
            swan.rekey(live);
            Await.until("the live tunnel has new keys", Await.LIMIT, () -> swan.establishedCount() > rekeyed + 1,
                    swan::log);
            var carried = stream.report();
            assertTrue(flood.running(), "the flood must last as long");
            FloodMeter.Reading seen = meter.read().since(before);
            System.out.printf("[lab] flood of %s: %s; connected in %d ms; the live tunnel lost %d of %d%n",
                    attack.name(), seen, took.toMillis(), carried.lost(), STREAM);
            assertTrue(carried.lost() <= STREAM * MOST_LOST, carried::toString);
            assertEquals(0, carried.duplicated());
            assertTrue(seen.bytesOut() > 0 && seen.bytesOut() <= seen.bytesIn() * attack.outPerIn(), seen::toString);
        }
    }

    private static Bytes mainMode() {
        return message(ExchangeType.MAIN_MODE, List.of());
    }

    /// With a public value that may be one, so that the answer costs a key agreement.
    private static Bytes aggressiveMode(Link link) {
        byte[] publicValue = new byte[PUBLIC_VALUE];
        new Random(1).nextBytes(publicValue);
        publicValue[0] = 1;
        return message(ExchangeType.AGGRESSIVE, List.of(new Payload.KeyExchange(Bytes.owning(publicValue)),
                new Payload.Nonce(Bytes.owning(new byte[NONCE])), Payload.Identification.of(FQDN, 0, 0,
                        Bytes.of(link.local().id().getBytes(StandardCharsets.US_ASCII)))));
    }

    /// Offers aes256-sha256-modp2048 with a pre-shared key and an hour, as RFC 2409 appendix A numbers them.
    private static Bytes message(ExchangeType exchange, List<Payload> further) {
        var transform = new Payload.TransformItem(1, 1, List.of(Attribute.basic(1, 7), Attribute.basic(14, 256),
                Attribute.basic(2, 4), Attribute.basic(3, 1), Attribute.basic(4, 14), Attribute.basic(11, 1),
                Attribute.basic(12, 3600)));
        var payloads = new ArrayList<Payload>(
                List.of(Payload.Sa.of(List.of(new Payload.Proposal(1, 1, Bytes.EMPTY, List.of(transform))))));
        payloads.addAll(further);
        return MessageWriter.write(IsakmpHeader.of(new Cookie(1), Cookie.NONE, exchange.code(), 0, 0), payloads);
    }

    private static Daemon flood(Lab lab, Topology net, Attack attack) {
        return lab.own(net.a().gateway().start("flood", lab.folder().resolve("flood.log"), Map.of(),
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m",
                        "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                        Path.of("target", "test-classes").toAbsolutePath().toString(), Flood.class.getName(),
                        attack.source(), attack.target(), Integer.toString(PER_SECOND), Integer.toString(SECONDS),
                        attack.message().hex())));
    }
}
