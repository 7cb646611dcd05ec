package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

/// Requirement D-6 between two engines: every protocol in every mode over every pair of families, with sequence numbers
/// of 32 and 64 bits, with packets from the smallest to the MTU.
final class LayerMatrixTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final EspTransform GCM = EspTransform.aead(Cipher.AES_GCM_16, 128);
    private static final EspTransform CBC = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128);

    private enum Protocols {
        ESP,
        AH,
        ESP_AH,
        ESP_IPCOMP,
        AH_IPCOMP,
        ESP_IN_UDP,
        ESP_IN_UDP_IPCOMP
    }

    private record Ends(Mode mode, boolean outer6, boolean inner6) {
        String leftNet() {
            return mode == Mode.TUNNEL ? inner6 ? "fd01::/64" : "10.1.0.0/16" : host("1");
        }

        String rightNet() {
            return mode == Mode.TUNNEL ? inner6 ? "fd02::/64" : "10.2.0.0/16" : host("2");
        }

        private String host(String number) {
            return outer6 ? "2001:db8::" + number + "/128" : "192.0.2." + number + "/32";
        }

        String left() {
            return mode == Mode.TUNNEL ? inner6 ? "fd01::5" : "10.1.0.5" : host("1").replaceAll("/.*", "");
        }

        String right() {
            return mode == Mode.TUNNEL ? inner6 ? "fd02::5" : "10.2.0.5" : host("2").replaceAll("/.*", "");
        }
    }

    @TestFactory
    Stream<DynamicTest> carriesTrafficBothWays() {
        List<DynamicTest> all = new ArrayList<>();
        for (Protocols protocols : Protocols.values()) {
            for (Ends ends : ends()) {
                for (boolean extended : List.of(false, true)) {
                    all.add(dynamicTest("%s %s extended=%b".formatted(protocols, ends, extended),
                            () -> carries(steps(protocols, ends.mode(), CBC), ends, extended)));
                }
            }
        }
        return all.stream();
    }

    /// The combined mode sees sequence numbers in another way than an HMAC.
    @TestFactory
    Stream<DynamicTest> carriesTrafficWithGcmToo() {
        return ends().stream().flatMap(ends -> Stream.of(false, true).map(extended -> dynamicTest(
                "%s extended=%b".formatted(ends, extended),
                () -> carries(steps(Protocols.ESP, ends.mode(), GCM), ends, extended))));
    }

    /// Lengths of ICVs decide about padding, differently over IPv4 and IPv6.
    @TestFactory
    Stream<DynamicTest> carriesAhWithEveryAlgorithm() {
        return PreparedSa.CAPABILITIES.integrities().stream().sorted().flatMap(integrity -> ends().stream()
                .map(ends -> dynamicTest(integrity + " " + ends,
                        () -> carries(List.of(Layering.ah(integrity, ends.mode())), ends, false))));
    }

    @TestFactory
    Stream<DynamicTest> carriesTunnelsInTunnels() {
        return ends().stream().filter(ends -> ends.mode() == Mode.TUNNEL).map(ends -> dynamicTest(ends.toString(),
                () -> carries(List.of(Layering.raw(GCM, Mode.TUNNEL),
                        Layering.ah(Integrity.HMAC_SHA2_512_256, Mode.TUNNEL), Layering.raw(CBC, Mode.TUNNEL),
                        Layering.raw(CBC, Mode.TRANSPORT)), ends, false)));
    }

    private static List<Ends> ends() {
        List<Ends> all = new ArrayList<>();
        for (boolean outer6 : List.of(false, true)) {
            all.add(new Ends(Mode.TUNNEL, outer6, false));
            all.add(new Ends(Mode.TUNNEL, outer6, true));
            all.add(new Ends(Mode.TRANSPORT, outer6, outer6));
        }
        return all;
    }

    private static List<Layering.Step> steps(Protocols protocols, Mode mode, EspTransform esp) {
        Layering.Step compressed = Layering.raw(new IpcompTransform(), mode);
        return switch (protocols) {
            case ESP -> List.of(Layering.raw(esp, mode));
            case AH -> List.of(Layering.ah(Integrity.HMAC_SHA1_96, mode));
            case ESP_AH -> List.of(Layering.raw(esp, mode),
                    Layering.ah(Integrity.HMAC_SHA2_256_128, Mode.TRANSPORT));
            case ESP_IPCOMP -> List.of(compressed, Layering.raw(esp, Mode.TRANSPORT));
            case AH_IPCOMP -> List.of(compressed, Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT));
            case ESP_IN_UDP -> List.of(new Layering.Step(esp, mode, true));
            case ESP_IN_UDP_IPCOMP -> List.of(compressed, new Layering.Step(esp, Mode.TRANSPORT, true));
        };
    }

    private static void carries(List<Layering.Step> steps, Ends ends, boolean extended) throws Exception {
        try (InMemoryPlanes planes = new InMemoryPlanes()) {
            new Layering(planes, ends.outer6(), ends.leftNet(), ends.rightNet(), steps)
                    .replay(new ReplayProtection(1024, extended)).install();
            Random random = new Random(1);
            for (int size : new int[]{0, 1, 2, 3, 60, 90, 91, 200, 1000, 1300, 1350}) {
                byte[] noise = new byte[size];
                random.nextBytes(noise);
                byte[] text = "tunnel ".repeat(size / 7 + 1).substring(0, size).getBytes(StandardCharsets.US_ASCII);
                for (byte[] payload : List.of(noise, text)) {
                    assertArrives(planes, planes.left(), planes.right(),
                            InnerPackets.udp(ends.left(), 7, ends.right(), 9, payload));
                    assertArrives(planes, planes.right(), planes.left(),
                            InnerPackets.udp(ends.right(), 9, ends.left(), 7, payload));
                }
            }
            assertEquals(0, drops(planes.left()) + drops(planes.right()));
        }
    }

    private static void assertArrives(InMemoryPlanes planes, Side from, Side to, byte[] packet) throws Exception {
        from.inner().send(packet);
        byte[] arrived = to.inner().take(PATIENCE).orElseThrow(() -> new AssertionError(
                planes.left().plane().counters() + " " + planes.right().plane().counters()));
        assertArrayEquals(normal(packet), normal(arrived));
    }

    /// Of transport mode the identification of a packet that may not be fragmented, and what routers change, may differ.
    private static byte[] normal(byte[] packet) {
        byte[] copy = packet.clone();
        if (copy[0] >>> 4 == 4) {
            NetworkOrder.put16(copy, Ipv4Header.IDENTIFICATION_OFFSET, 0);
            NetworkOrder.put16(copy, Ipv4Header.CHECKSUM_OFFSET, 0);
        }
        return copy;
    }

    private static long drops(Side side) {
        return side.plane().counters().entrySet().stream().filter(each -> each.getKey().startsWith("dropped_"))
                .mapToLong(java.util.Map.Entry::getValue).sum();
    }
}
