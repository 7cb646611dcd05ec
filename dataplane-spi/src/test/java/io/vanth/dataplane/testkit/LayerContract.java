package io.vanth.dataplane.testkit;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static io.vanth.dataplane.testkit.ContractTunnel.done;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

/// What every data plane does with modes, layers and sequence numbers that its capabilities name; what they leave out is
/// skipped. A data plane extends this class beside [DataPlaneContract].
public abstract class LayerContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int IPV4 = 4;
    private static final int IPV4_IDENTIFICATION_OFFSET = 4;
    private static final int IPV4_CHECKSUM_END = 12;
    private static final int PORT = 7;
    private static final int UDP = 17;
    private static final int[] SIZES = {1, 100, 1200};

    protected LayerContract() {}

    /// Opens two data planes that reach each other.
    protected abstract ConnectedPlanes open() throws Exception;

    @TestFactory
    Stream<DynamicTest> carriesTrafficBothWays() {
        Transform esp = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128);
        Transform bare = EspTransform.unauthenticated(Cipher.AES_CBC, 128);
        Transform gcm = EspTransform.aead(Cipher.AES_GCM_16, 128);
        Transform ah = new AhTransform(Integrity.HMAC_SHA2_256_128);
        Transform ipcomp = new IpcompTransform();
        List<DynamicTest> all = new ArrayList<>();
        for (List<Transform> transforms : List.of(List.of(esp), List.of(gcm), List.of(ah), List.of(esp, ah),
                List.of(ipcomp, esp), List.of(ipcomp, ah), List.of(ipcomp, esp, ah), List.of(bare, ah),
                List.of(ipcomp, bare, ah))) {
            for (Mode mode : Mode.values()) {
                for (boolean extended : List.of(false, true)) {
                    String name = name(transforms) + " " + mode + (extended ? " ESN" : "");
                    all.add(dynamicTest(name, () -> carries(transforms, mode, false, extended)));
                }
            }
            all.add(dynamicTest(name(transforms) + " TUNNEL, IPv6 inside",
                    () -> carries(transforms, Mode.TUNNEL, true, false)));
        }
        return all.stream();
    }

    private static String name(List<Transform> transforms) {
        return transforms.stream().map(each -> each.protocol()
                + (each instanceof EspTransform esp && !esp.isAuthenticated() ? " without integrity" : "")).toList()
                .toString();
    }

    private void carries(List<Transform> transforms, Mode mode, boolean ipv6, boolean extended) throws Exception {
        try (ConnectedPlanes planes = open()) {
            Capabilities can = planes.left().plane().capabilities();
            Assumptions.assumeTrue(can.modes().contains(mode), "no " + mode);
            Assumptions.assumeTrue(!extended || can.extendedSequenceNumbers(), "no extended sequence numbers");
            Assumptions.assumeTrue(
                    transforms.stream().allMatch(each -> can.protocols().contains(each.protocol())),
                    "protocols are " + can.protocols());
            boolean raw = planes.left().outer().getPort() == 0
                    || transforms.getLast().protocol() != SecurityProtocol.ESP;
            Assumptions.assumeTrue(!raw || can.rawEsp(), "ESP in UDP only");
            ContractBundle bundle = new ContractBundle(planes, transforms, mode, ipv6, extended);
            bundle.install();
            for (int size : SIZES) {
                assertArrives(planes.left(), planes.right(), bundle, new byte[size]);
                SecurityProtocol outermost = transforms.getLast().protocol();
                assertEquals(raw ? outermost.ipProtocol() : UDP, planes.lastOuterProtocol());
                assertArrives(planes.right(), planes.left(), bundle, new byte[size]);
            }
            for (Side side : List.of(planes.left(), planes.right())) {
                assertEveryLayerCarried(side, transforms);
            }
        }
    }

    /// All packets went through each SA. Only IPComp lets those pass that it makes no smaller (RFC 3173 section 2.2).
    private static void assertEveryLayerCarried(Side side, List<Transform> transforms) throws Exception {
        List<SaStatus> all = done(side.plane().associations());
        assertEquals(2 * transforms.size(), all.size(), all.toString());
        for (SaStatus sa : all) {
            long packets = sa.counters().packets();
            boolean compresses = sa.id().protocol() == SecurityProtocol.IPCOMP;
            assertTrue(packets == SIZES.length || compresses && packets > 0 && packets < SIZES.length, sa::toString);
        }
    }

    private static void assertArrives(Side from, Side to, ContractBundle bundle, byte[] payload)
            throws InterruptedException {
        byte[] packet = InnerPackets.udp(bundle.address(from), PORT, bundle.address(to), PORT, payload);
        from.inner().send(packet);
        byte[] arrived = to.inner().take(PATIENCE).orElseThrow(() -> new AssertionError("nothing arrived; "
                + from.plane().counters() + " " + to.plane().counters()));
        if (packet[0] >> 4 == IPV4) {
            assertArrayEquals(lasting(packet), lasting(arrived));
        } else {
            assertArrayEquals(packet, arrived);
        }
    }

    /// Identification, flags, TTL and checksum may change on the way of a packet in transport mode.
    private static byte[] lasting(byte[] packet) {
        byte[] copy = packet.clone();
        java.util.Arrays.fill(copy, IPV4_IDENTIFICATION_OFFSET, IPV4_CHECKSUM_END, (byte) 0);
        return copy;
    }
}
