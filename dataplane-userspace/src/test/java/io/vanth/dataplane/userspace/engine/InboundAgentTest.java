package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What comes to the socket, and how each bad thing ends: security requirement S-24.
final class InboundAgentTest {
    private static final int IPV4 = 4;
    private static final int IPV6 = 41;
    private static final int DUMMY = 59;
    private static final int TCP = 6;

    private InMemoryPlanes planes;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
    }

    @AfterEach
    void close() {
        planes.close();
    }

    /// RFC 3948 section 2.2.
    @Test
    void handsIkeUpWithoutItsMarker() throws Exception {
        LiveInbound peer = LiveInbound.gcm(planes);
        peer.deliver(new byte[]{0, 0, 0, 0, 1, 2, 3});
        DataPlaneEvent.IkeDatagram event = planes.right().events().await(DataPlaneEvent.IkeDatagram.class,
                any -> true);
        assertArrayEquals(new byte[]{1, 2, 3}, event.message());
        assertEquals(InMemoryPlanes.RIGHT, event.local());
        assertEquals(InMemoryPlanes.LEFT, event.remote());
    }

    @Test
    void sendsIkeWithItsMarkerAndCountsKeepalives() throws Exception {
        try (var port = planes.left().plane()
                .openNatTraversalPort(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 4500))
                .toCompletableFuture().get()) {
            port.sendKeepalive(InMemoryPlanes.RIGHT);
            port.send(InMemoryPlanes.RIGHT, new byte[]{9, 8, 7});
            DataPlaneEvent.IkeDatagram event = planes.right().events().await(DataPlaneEvent.IkeDatagram.class,
                    any -> true);
            assertArrayEquals(new byte[]{9, 8, 7}, event.message());
            assertEquals(port.local(), event.remote());
            assertEquals(1, planes.right().plane().counters().get("keepalives_received"));
        }
    }

    @Test
    void dropsAuthenticPacketsThatNoTunnelCarries() throws Exception {
        LiveInbound peer = LiveInbound.gcm(planes);
        byte[] good = LiveInbound.goodPacket("x");
        byte[] badChecksum = good.clone();
        badChecksum[10] ^= 1;
        byte[] longerThanItIs = good.clone();
        longerThanItIs[3]++;
        peer.deliver(peer.sealed(DUMMY, new byte[40]));
        peer.deliver(peer.sealed(TCP, good));
        peer.deliver(peer.sealed(IPV4, new byte[0]));
        peer.deliver(peer.sealed(IPV4, new byte[20]));
        peer.deliver(peer.sealed(IPV4, badChecksum));
        peer.deliver(peer.sealed(IPV4, longerThanItIs));
        peer.deliver(peer.sealed(IPV6, good));
        peer.deliver(peer.sealed(IPV4, InnerPackets.udp("fd01::1", 1, "fd02::1", 1, new byte[8])));
        peer.deliver(peer.sealed(IPV4, InnerPackets.udp("10.2.0.1", 7, "10.1.0.1", 7, new byte[8])));
        peer.settle("still alive");
        assertEquals(1, peer.counter(DropReason.INBOUND_DUMMY));
        assertEquals(1, peer.counter(DropReason.INBOUND_BAD_NEXT_HEADER));
        assertEquals(6, peer.counter(DropReason.INBOUND_MALFORMED_INNER));
        assertEquals(1, peer.counter(DropReason.INBOUND_SELECTOR_MISMATCH));
        assertEquals(0, peer.counter(DropReason.INTERNAL_ERROR));
    }

    /// RFC 4303 section 2.7: what follows the inner packet is traffic flow confidentiality padding.
    @Test
    void cutsPaddingBehindTheInnerPacketOff() throws Exception {
        LiveInbound peer = LiveInbound.gcm(planes);
        byte[] good = LiveInbound.goodPacket("padded");
        peer.deliver(peer.sealed(IPV4, Arrays.copyOf(good, good.length + 100)));
        assertArrayEquals(good, planes.right().inner().take(java.time.Duration.ofSeconds(30)).orElseThrow());
    }

    @Test
    void dropsGarbageOfEveryLengthWithAReason() throws Exception {
        LiveInbound peer = new LiveInbound(planes, EspTransform.of(Cipher.AES_CBC, 256, Integrity.HMAC_SHA2_256_128));
        Random random = new Random(3);
        long before = drops();
        for (int length = 0; length <= 200; length++) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            if (length >= 4) {
                NetworkOrder.put32(garbage, 0, LiveInbound.SPI);
            } else if (length == 1) {
                garbage[0] = 1;
            }
            peer.deliver(garbage);
        }
        peer.settle("still alive");
        assertEquals(201, drops() - before);
        assertTrue(peer.counter(DropReason.INBOUND_TOO_SHORT) > 0);
        assertTrue(peer.counter(DropReason.INBOUND_BAD_ALIGNMENT) > 0);
        assertTrue(peer.counter(DropReason.INBOUND_BAD_INTEGRITY) > 0);
        assertEquals(0, peer.counter(DropReason.INTERNAL_ERROR));
    }

    private long drops() {
        return planes.right().plane().counters().entrySet().stream()
                .filter(each -> each.getKey().startsWith("dropped_")).mapToLong(Map.Entry::getValue).sum();
    }

    @Test
    void reportsUnknownSpisAtALimitedRate() throws Exception {
        LiveInbound peer = LiveInbound.gcm(planes);
        for (int count = 0; count < 100; count++) {
            peer.deliver(new byte[]{1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});
        }
        peer.settle("after the flood");
        assertEquals(100, peer.counter(DropReason.INBOUND_UNKNOWN_SPI));
        var events = planes.right().events().all(DataPlaneEvent.InvalidSpi.class);
        assertEquals(10, events.size());
        assertEquals(0x0102_0304, events.getFirst().spi());
        assertEquals(InMemoryPlanes.LEFT, events.getFirst().source());
    }

    /// RFC 3948: the mapping follows the newest authentic packet, and nothing else.
    @Test
    void followsThePeerOnlyByANewAuthenticPacket() throws Exception {
        LiveInbound peer = LiveInbound.gcm(planes);
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 31_000);
        byte[] late = peer.sealed(IPV4, LiveInbound.goodPacket("late"));
        peer.settle("first");
        byte[] forged = peer.sealed(IPV4, LiveInbound.goodPacket("forged"));
        forged[forged.length - 1] ^= 1;
        peer.deliver(elsewhere, forged);
        peer.deliver(elsewhere, late);
        assertArrayEquals(LiveInbound.goodPacket("late"),
                planes.right().inner().take(java.time.Duration.ofSeconds(30)).orElseThrow());
        peer.settle("second");
        assertTrue(planes.right().events().all(DataPlaneEvent.MappingChanged.class).isEmpty());
        peer.deliver(elsewhere, peer.sealed(IPV4, LiveInbound.goodPacket("moved")));
        DataPlaneEvent.MappingChanged moved = planes.right().events().await(DataPlaneEvent.MappingChanged.class,
                any -> true);
        assertEquals(InMemoryPlanes.LEFT, moved.before());
        assertEquals(elsewhere, moved.now());
        assertEquals(elsewhere, planes.right().plane().associations().toCompletableFuture().get().getFirst().peer());
    }

    /// Whoever captures a packet can raise its number, which no ICV protects: he must not get the answers.
    @Test
    void followsNobodyWhosePacketsAreNotAuthenticated() throws Exception {
        LiveInbound peer = new LiveInbound(planes, EspTransform.unauthenticated(Cipher.AES_CBC, 128));
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.66"), 31_000);
        byte[] packet = LiveInbound.goodPacket("captured");
        peer.deliver(elsewhere, peer.sealed(IPV4, packet));
        assertArrayEquals(packet, planes.right().inner().take(java.time.Duration.ofSeconds(30)).orElseThrow());
        assertEquals(InMemoryPlanes.LEFT,
                planes.right().plane().associations().toCompletableFuture().get().getFirst().peer());
    }
}
