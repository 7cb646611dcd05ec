package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.offload.TcpPackets;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.TcpHeader;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What leaves through the TUN device, and what does not: security requirement S-25.
@Timeout(60)
final class OutboundAgentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SaGroup GROUP = new SaGroup(3);
    private static final String LEFT_NET = "10.1.0.0/16";
    private static final String RIGHT_NET = "10.2.0.0/16";
    private static final int IP_HEADER = 20;
    private static final int TCP_HEADER = 32;

    private InMemoryPlanes planes;
    private int nextSpi = 0x1000;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
    }

    @AfterEach
    void close() {
        planes.close();
    }

    @Test
    void sendsNothingInClear() throws Exception {
        planes.network().tap(datagram -> {
            if (new String(datagram.payload(), java.nio.charset.StandardCharsets.ISO_8859_1).contains("secret")) {
                throw new AssertionError("clear text on the wire");
            }
        });
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        planes.leftTun().inject(packet("10.9.9.9", "secret: no policy"));
        planes.leftTun().inject(packet("10.2.0.1", "secret: no SA yet"));
        planes.leftTun().inject(new byte[]{1, 2, 3});
        connect(planes.left(), planes.right(), LEFT_NET, RIGHT_NET);
        assertArrayEquals(packet("10.2.0.1", "secret: no SA yet"), take(planes.right()));
        assertEquals(1, counter(DropReason.OUTBOUND_NO_POLICY));
        assertEquals(1, counter(DropReason.OUTBOUND_MALFORMED));
    }

    /// Where routes cannot tell them from others, as with one message of ICMP.
    @Test
    void letsOutWhatAPolicyLetsPass() throws Exception {
        var seen = new LinkedBlockingQueue<byte[]>();
        planes.network().tap(datagram -> seen.add(datagram.payload()));
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        var ping = new TrafficSelector(AddressRange.parse(RIGHT_NET), 1, 0x0800, 0x08FF);
        planes.left().plane().addPolicy(new Policy("ping", -1, new TrafficPair(TrafficSelector.parse(LEFT_NET), ping),
                new Policy.Bypass())).toCompletableFuture().get(30, TimeUnit.SECONDS);
        planes.leftTun().inject(icmp(0));
        planes.leftTun().inject(icmp(8));
        assertArrayEquals(icmp(8), seen.poll(30, TimeUnit.SECONDS));
        planes.left().events().await(DataPlaneEvent.Acquire.class, any -> true);
        assertTrue(seen.isEmpty(), "the reply waits for an SA");
    }

    private static byte[] icmp(int type) {
        byte[] packet = packet("10.2.0.1", "ping");
        packet[Ipv4Header.PROTOCOL_OFFSET] = 1;
        packet[IP_HEADER] = (byte) type;
        packet[IP_HEADER + 1] = 0;
        Ipv4Header.writeChecksum(packet, 0);
        return packet;
    }

    @Test
    void holdsSixteenPacketsAndDropsTheOldest() throws Exception {
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        for (int number = 0; number < 20; number++) {
            planes.leftTun().inject(packet("10.2.0.1", "number " + number));
        }
        planes.left().events().await(DataPlaneEvent.Acquire.class, any -> true);
        planes.leftTun().inject(packet("10.9.9.9", "seen after all others"));
        awaitCounter(DropReason.OUTBOUND_NO_POLICY.counterName(), 1);
        connect(planes.left(), planes.right(), LEFT_NET, RIGHT_NET);
        for (int number = 4; number < 20; number++) {
            assertArrayEquals(packet("10.2.0.1", "number " + number), take(planes.right()));
        }
        assertEquals(4, counter(DropReason.OUTBOUND_HOLD_OVERFLOW));
        assertEquals(1, planes.left().events().all(DataPlaneEvent.Acquire.class).size());
    }

    @Test
    void asksAgainAfterASecond() throws Exception {
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        planes.leftTun().inject(packet("10.2.0.1", "first"));
        planes.left().events().await(DataPlaneEvent.Acquire.class, any -> true);
        planes.advance(Duration.ofMillis(1001));
        planes.leftTun().inject(packet("10.2.0.2", "second"));
        planes.left().events().await(DataPlaneEvent.Acquire.class,
                acquire -> acquire.destination().getHostAddress().equals("10.2.0.2"));
    }

    @Test
    void asksAgainAfterTheClockWasSetBack() throws Exception {
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        planes.leftTun().inject(packet("10.2.0.1", "first"));
        planes.left().events().await(DataPlaneEvent.Acquire.class, any -> true);
        planes.advance(Duration.ofHours(-1));
        planes.leftTun().inject(packet("10.2.0.2", "second"));
        planes.left().events().await(DataPlaneEvent.Acquire.class,
                acquire -> acquire.destination().getHostAddress().equals("10.2.0.2"));
    }

    /// A super-packet goes in, segments go over the wire, and the stream comes out whole.
    @Test
    void cutsAndJoinsTcp() throws Exception {
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        connect(planes.left(), planes.right(), LEFT_NET, RIGHT_NET);
        byte[] payload = TcpPackets.payload(60_000);
        int size = InMemoryPlanes.MTU - IP_HEADER - TCP_HEADER;
        planes.leftTun().injectSegments(TcpPackets.tcp(true, 77, TcpHeader.ACK | TcpHeader.PSH, payload),
                PacketBatch.TCP_IPV4, size);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        while (stream.size() < payload.length) {
            byte[] segment = take(planes.right());
            assertTrue(segment.length <= InMemoryPlanes.MTU);
            assertEquals(77 + stream.size(), TcpHeader.sequence(segment, IP_HEADER));
            stream.write(segment, IP_HEADER + TCP_HEADER, segment.length - IP_HEADER - TCP_HEADER);
        }
        assertArrayEquals(payload, stream.toByteArray());
        assertEquals((payload.length + size - 1) / size, planes.left().plane().counters().get("outbound_packets"));
    }

    /// RFC 1191 section 4.
    @Test
    void tellsTheSenderWhatFits() throws Exception {
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        connect(planes.left(), planes.right(), LEFT_NET, RIGHT_NET);
        byte[] big = packet("10.2.0.1", "x".repeat(InMemoryPlanes.MTU));
        planes.leftTun().inject(big);
        byte[] answer = take(planes.left());
        assertEquals(3, answer[IP_HEADER], "destination unreachable");
        assertEquals(4, answer[IP_HEADER + 1], "fragmentation needed");
        assertEquals(InMemoryPlanes.MTU, NetworkOrder.u16(answer, IP_HEADER + 6));
        assertArrayEquals(Arrays.copyOf(big, 28), Arrays.copyOfRange(answer, IP_HEADER + 8, IP_HEADER + 36));
        assertEquals(1, counter(DropReason.OUTBOUND_TOO_BIG));
    }

    @Test
    void deliversEachPacketOnceOverABadNetwork() throws Exception {
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        connect(planes.left(), planes.right(), LEFT_NET, RIGHT_NET);
        planes.network().impair(new InMemoryNetwork.Impairment(0.1, 0.2, 0.2));
        int sent = 2000;
        for (int number = 0; number < sent; number++) {
            planes.leftTun().inject(packet("10.2.0.1", "number " + number));
        }
        awaitCounter("outbound_packets", sent);
        planes.network().impair(InMemoryNetwork.Impairment.NONE);
        byte[] last = packet("10.2.0.1", "the last");
        planes.leftTun().inject(last);
        Set<String> arrived = new HashSet<>();
        for (byte[] packet = take(planes.right()); !Arrays.equals(packet, last); packet = take(planes.right())) {
            assertTrue(arrived.add(Arrays.toString(packet)), "a packet twice");
        }
        assertTrue(arrived.size() > sent / 2 && arrived.size() < sent, "a tenth is lost: " + arrived.size());
    }

    /// The peer's NAT gives it another port: what goes back follows.
    @Test
    void sendsBackWhereThePeerHasMoved() throws Exception {
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        protect(planes.right(), RIGHT_NET, LEFT_NET);
        connect(planes.left(), planes.right(), LEFT_NET, RIGHT_NET);
        connect(planes.right(), planes.left(), RIGHT_NET, LEFT_NET);
        InetSocketAddress seenAs = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.5"), 40_000);
        planes.network().translate(InMemoryPlanes.LEFT, seenAs);
        planes.leftTun().inject(packet("10.2.0.1", "from elsewhere"));
        take(planes.right());
        planes.right().events().await(DataPlaneEvent.MappingChanged.class, moved -> moved.now().equals(seenAs));
        byte[] back = InnerPackets.udp("10.2.0.1", 7, "10.1.0.1", 7, new byte[30]);
        planes.rightTun().inject(back);
        assertArrayEquals(back, take(planes.left()));
        assertTrue(planes.right().plane().associations().toCompletableFuture().get().stream()
                .allMatch(each -> each.peer().equals(seenAs)));
    }

    /// It can be no more than one NAT at a time.
    @Test
    void aPeerThatMovesWithEveryPacketIsFollowedOnceASecond() throws Exception {
        protect(planes.right(), RIGHT_NET, LEFT_NET);
        protect(planes.left(), LEFT_NET, RIGHT_NET);
        connect(planes.left(), planes.right(), LEFT_NET, RIGHT_NET);
        for (int port = 40_000; port < 40_100; port++) {
            comesFrom(port);
        }
        planes.advance(Duration.ofSeconds(1));
        comesFrom(40_100);
        planes.right().events().await(DataPlaneEvent.MappingChanged.class, moved -> moved.now().getPort() == 40_100);
        assertEquals(List.of(40_000, 40_100), planes.right().events().all(DataPlaneEvent.MappingChanged.class).stream()
                .map(moved -> moved.now().getPort()).toList());
    }

    private void comesFrom(int port) throws InterruptedException {
        planes.network().translate(InMemoryPlanes.LEFT,
                new InetSocketAddress(InetAddress.ofLiteral("203.0.113.5"), port));
        planes.leftTun().inject(packet("10.2.0.1", "from port " + port));
        take(planes.right());
    }

    private void protect(Side side, String local, String remote) throws Exception {
        side.plane().addPolicy(new Policy("tunnel", 1, pair(local, remote), Policy.Protect.espTunnel(GROUP, true)))
                .toCompletableFuture().get();
    }

    private static TrafficPair pair(String local, String remote) {
        return new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote));
    }

    private void connect(Side from, Side to, String source, String destination) throws Exception {
        EspTransform transform = EspTransform.aead(Cipher.AES_GCM_16, 256);
        SaId id = new SaId(SecurityProtocol.ESP, to.outer().getAddress(), new Spi(nextSpi++));
        try (Secret key = Secret.copyOf(new byte[transform.keyBytes()]); Secret none = Secret.copyOf(new byte[0])) {
            to.plane().install(List.of(association(id, Direction.INBOUND, from, transform, key, none,
                    pair(destination, source)))).toCompletableFuture().get();
            from.plane().install(List.of(association(id, Direction.OUTBOUND, from, transform, key, none,
                    pair(source, destination)))).toCompletableFuture().get();
        }
    }

    private static SecurityAssociation association(SaId id, Direction direction, Side from, EspTransform transform,
            Secret key, Secret none, TrafficPair traffic) {
        return new SecurityAssociation(id, direction, from.outer().getAddress(), Mode.TUNNEL, transform, key, none,
                List.of(traffic), Optional.of(new UdpEncapsulation(4500, 4500)), ReplayProtection.window(64),
                OuterHeader.DEFAULT, Lifetime.UNLIMITED,
                Lifetime.UNLIMITED, GROUP);
    }

    private static byte[] packet(String destination, String text) {
        return InnerPackets.udp("10.1.0.1", 7, destination, 7,
                text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private byte[] take(Side side) throws InterruptedException {
        return side.inner().take(PATIENCE).orElseThrow(() -> new AssertionError(
                "nothing came; " + planes.left().plane().counters() + planes.right().plane().counters()));
    }

    private void awaitCounter(String name, long value) {
        while (planes.left().plane().counters().get(name) < value) {
            Thread.onSpinWait();
        }
    }

    private long counter(DropReason reason) {
        return planes.left().plane().counters().get(reason.counterName());
    }
}
