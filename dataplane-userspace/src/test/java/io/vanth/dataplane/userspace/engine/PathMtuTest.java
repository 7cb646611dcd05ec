package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.offload.TcpPackets;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.TcpHeader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Paths of raw IPsec that take less than the TUN device: RFC 4301 section 8.2.
@Timeout(60)
final class PathMtuTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String LEFT_HOST = "192.0.2.1";
    private static final String RIGHT_HOST = "192.0.2.2";
    private static final EspTransform GCM = EspTransform.aead(Cipher.AES_GCM_16, 256);
    private static final EspTransform CBC = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128);
    private static final List<Layering.Step> TUNNEL = List.of(Layering.raw(GCM, Mode.TUNNEL));
    private static final int UDP_HEADER = 8;
    private static final int NARROW = 1300;
    /// What nobody is believed.
    private static final int FORGED = 296;
    private static final int FRAGMENT = 1200;
    private static final int FRAGMENT_HEADER = 8;
    private static final int TYPE = Ipv4Header.MIN_LENGTH;

    private final BlockingQueue<InMemoryNetwork.Datagram> wire = new LinkedBlockingQueue<>();
    private InMemoryPlanes planes;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
        planes.network().tap(wire::add);
    }

    @AfterEach
    void close() {
        planes.close();
    }

    static Stream<Arguments> bundles() {
        return Stream.of(
                Arguments.of(TUNNEL, "10.1.0.1", "10.2.0.1"),
                Arguments.of(List.of(Layering.raw(CBC, Mode.TUNNEL)), "10.1.0.1", "10.2.0.1"),
                Arguments.of(List.of(Layering.raw(CBC, Mode.TRANSPORT)), LEFT_HOST, RIGHT_HOST),
                Arguments.of(List.of(Layering.ah(Integrity.HMAC_SHA2_256_128, Mode.TUNNEL)), "10.1.0.1", "10.2.0.1"),
                Arguments.of(List.of(Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT)), LEFT_HOST, RIGHT_HOST),
                Arguments.of(List.of(Layering.raw(GCM, Mode.TUNNEL),
                        Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT)), "10.1.0.1", "10.2.0.1"));
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void theSenderIsToldTheLargestThatFits(List<Layering.Step> steps, String from, String to) throws Exception {
        install(steps, from, to, OuterHeader.DontFragment.COPY);
        planes.network().narrow(NARROW);
        int told = refused(packet(from, to, 1390));
        assertTrue(told > NARROW - 120 && told < NARROW, "told " + told);
        passes(packet(from, to, told));
        assertEquals(told, refused(packet(from, to, told + 1)));
        assertEquals(2, counter("dropped_outbound_too_big"));
        assertEquals(0, counter("dropped_outbound_socket_lost"));
    }

    @Test
    void aSuperPacketIsAnsweredOnce() throws Exception {
        install(TUNNEL, "10.1.0.1", "10.2.0.1", OuterHeader.DontFragment.COPY);
        planes.network().narrow(NARROW);
        planes.leftTun().injectSegments(TcpPackets.tcp(true, 77, TcpHeader.ACK, TcpPackets.payload(30_000)),
                PacketBatch.TCP_IPV4, NARROW);
        assertEquals(1246, told(take(true)), "1300 without IP, ESP and ICV, and with the trailer a multiple of 4");
        passes(packet("10.1.0.1", "10.2.0.1", 100));
        assertEquals(1, counter("dropped_outbound_too_big"));
    }

    /// Whose sender could not send it shorter, or need not.
    @Test
    void whatMayBeFragmentedArrivesAlsoWhereTheTunnelForbidsIt() throws Exception {
        install(TUNNEL, "10.1.0.1", "10.2.0.1", OuterHeader.DontFragment.SET);
        planes.network().narrow(NARROW);
        byte[] packet = packet("10.1.0.1", "10.2.0.1", 1390);
        Ipv4Header.allowFragments(packet, 0);
        passes(packet);
    }

    /// It comes in fragments that no word from here would make shorter as a whole.
    @Test
    void anIpv6PacketPutTogetherHereArrives() throws Exception {
        new Layering(planes, false, "fd01::/64", "fd02::/64", TUNNEL).port(7).install();
        planes.network().narrow(NARROW);
        byte[] packet = packet("fd01::1", "fd02::1", 3000);
        for (int at = Ipv6Header.LENGTH; at < packet.length; at += FRAGMENT) {
            assertTrue(planes.leftTun().inject(fragment(packet, at)));
        }
        assertArrayEquals(packet, take(false));
        assertEquals(0, counter("dropped_outbound_socket_lost"));
    }

    /// Whatever somebody claims: RFC 791 section 3.1 and RFC 8200 section 5 have each path take that much.
    @ParameterizedTest
    @ValueSource(ints = {IpVersion.V4, IpVersion.V6})
    void noWordMakesPacketsTiny(int version) throws Exception {
        String from = version == IpVersion.V4 ? "10.1.0.1" : "fd01::1";
        String to = version == IpVersion.V4 ? "10.2.0.1" : "fd02::1";
        int floor = version == IpVersion.V4 ? 576 : 1280;
        install(TUNNEL, from, to, OuterHeader.DontFragment.SET);
        planes.network().narrow(FORGED);
        passes(packet(from, to, floor));
        var datagram = wire.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertTrue(!Ipv4Header.dontFragment(datagram.payload(), 0), "in fragments, if the path is so narrow");
        assertEquals(floor, refused(packet(from, to, floor + 1)));
    }

    /// RFC 4301 section 8.2.2.
    @Test
    void whatIsKnownOfAPathAges() throws Exception {
        install(TUNNEL, "10.1.0.1", "10.2.0.1", OuterHeader.DontFragment.COPY);
        planes.network().narrow(NARROW);
        byte[] packet = packet("10.1.0.1", "10.2.0.1", 1390);
        refused(packet);
        planes.network().narrow(1500);
        planes.advance(Duration.ofSeconds(1));
        passes(packet);
    }

    /// RFC 4303 section 2.7: shorter packets would come out as long.
    @Test
    void nobodyIsToldOfWhatPaddingMakesTooLong() throws Exception {
        var flow = new FlowConfidentiality(1390, 0);
        new Layering(planes, false, "10.1.0.1", "10.2.0.1", TUNNEL)
                .outer(new OuterHeader(OuterHeader.DontFragment.SET, true, true).with(flow)).install();
        planes.network().narrow(NARROW);
        passes(packet("10.1.0.1", "10.2.0.1", 1390));
        passes(packet("10.1.0.1", "10.2.0.1", 600));
        assertEquals(0, counter("dropped_outbound_too_big"));
    }

    private void install(List<Layering.Step> steps, String from, String to, OuterHeader.DontFragment dontFragment)
            throws Exception {
        new Layering(planes, false, from, to, steps).outer(new OuterHeader(dontFragment, true, true)).install();
    }

    private static byte[] packet(String from, String to, int length) {
        int header = from.contains(":") ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        byte[] noise = new byte[length - header - UDP_HEADER];
        new Random(length).nextBytes(noise);
        return InnerPackets.udp(from, 7, to, 7, noise);
    }

    /// The part of an IPv6 packet that starts at `at`.
    private static byte[] fragment(byte[] packet, int at) {
        int length = Math.min(FRAGMENT, packet.length - at);
        byte[] fragment = new byte[Ipv6Header.LENGTH + FRAGMENT_HEADER + length];
        System.arraycopy(packet, 0, fragment, 0, Ipv6Header.LENGTH);
        NetworkOrder.put16(fragment, Ipv6Header.PAYLOAD_LENGTH_OFFSET, FRAGMENT_HEADER + length);
        fragment[Ipv6Header.NEXT_HEADER_OFFSET] = IpProtocol.FRAGMENT;
        fragment[Ipv6Header.LENGTH] = IpProtocol.UDP;
        NetworkOrder.put16(fragment, Ipv6Header.LENGTH + 2,
                at - Ipv6Header.LENGTH | (at + length < packet.length ? 1 : 0));
        System.arraycopy(packet, at, fragment, Ipv6Header.LENGTH + FRAGMENT_HEADER, length);
        return fragment;
    }

    /// The MTU in the answer.
    private int refused(byte[] packet) throws InterruptedException {
        assertTrue(planes.leftTun().inject(packet));
        return told(take(true));
    }

    private static int told(byte[] answer) {
        if (IpVersion.of(answer, 0) == IpVersion.V4) {
            assertEquals(0x0304, NetworkOrder.u16(answer, TYPE), "fragmentation needed");
            return NetworkOrder.u16(answer, TYPE + 6);
        }
        assertEquals(0x0200, NetworkOrder.u16(answer, Ipv6Header.LENGTH), "packet too big");
        return NetworkOrder.i32(answer, Ipv6Header.LENGTH + 4);
    }

    private void passes(byte[] packet) throws InterruptedException {
        assertTrue(planes.leftTun().inject(packet));
        byte[] arrived = take(false);
        int header = packet[0] >>> 4 == IpVersion.V4 ? Ipv4Header.MIN_LENGTH : 0; // transport mode identifies it anew
        assertArrayEquals(Arrays.copyOfRange(packet, header, packet.length),
                Arrays.copyOfRange(arrived, header, arrived.length));
    }

    private byte[] take(boolean left) throws InterruptedException {
        return (left ? planes.leftTun() : planes.rightTun()).take(PATIENCE).orElseThrow(() -> new AssertionError(
                "nothing came; " + planes.left().plane().counters() + planes.right().plane().counters()));
    }

    private long counter(String name) {
        return planes.left().plane().counters().get(name);
    }
}
