package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.wire.AuthenticationHeader;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What layers cover, require and take over, seen from the wire: packets are caught between the engines, perhaps changed,
/// and delivered by hand.
final class LayerRulesTest {
    private static final EspTransform ESP = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96);
    private static final String LEFT_NET = "10.1.0.0/16";
    private static final String RIGHT_NET = "10.2.0.0/16";
    private static final int TOS = 0xB9;
    private static final int CONGESTED = 3;

    private final BlockingQueue<InMemoryNetwork.Datagram> caught = new LinkedBlockingQueue<>();
    private InMemoryPlanes planes;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
        planes.network().impair(new InMemoryNetwork.Impairment(1, 0, 0));
        planes.network().tap(caught::add);
    }

    @AfterEach
    void close() {
        planes.close();
    }

    /// RFC 4302 section 3.3.3.1.1.1: routers may change these, and nothing else.
    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "4, false", "6, true", "8, true", "9, false", "12, false", "16, false",
            "24, false", "28, false", "45, false", "60, false"})
    void ahCoversAllOfIpv4ButWhatRoutersChange(int offset, boolean mayChange) throws Exception {
        host(false, List.of(Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT)));
        byte[] packet = sendFromLeft(hostPacket(false));
        packet[offset] ^= 0x40;
        assertEquals(mayChange, isTaken(packet, false), "byte " + offset);
    }

    /// RFC 4302 section 3.3.3.1.2.1.
    @ParameterizedTest
    @CsvSource({"1, true", "2, true", "3, true", "7, true", "8, false", "30, false", "41, false", "48, false",
            "70, false"})
    void ahCoversAllOfIpv6ButWhatRoutersChange(int offset, boolean mayChange) throws Exception {
        host(true, List.of(Layering.ah(Integrity.HMAC_SHA2_256_128, Mode.TRANSPORT)));
        byte[] packet = sendFromLeft(hostPacket(true));
        packet[offset] ^= 0x08;
        assertEquals(mayChange, isTaken(packet, true), "byte " + offset);
    }

    /// RFC 4302 appendix A1: a router writes its address and time stamps into some options, and leaves others alone.
    @Test
    void ahCoversImmutableOptionsOnly() throws Exception {
        host(false, List.of(Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT)));
        byte[] plain = hostPacket(false);
        byte[] options = {(byte) 148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0};
        byte[] packet = new byte[plain.length + options.length];
        System.arraycopy(plain, 0, packet, 0, Ipv4Header.MIN_LENGTH);
        System.arraycopy(options, 0, packet, Ipv4Header.MIN_LENGTH, options.length);
        System.arraycopy(plain, Ipv4Header.MIN_LENGTH, packet, Ipv4Header.MIN_LENGTH + options.length,
                plain.length - Ipv4Header.MIN_LENGTH);
        packet[0] = 0x48;
        NetworkOrder.put16(packet, Ipv4Header.TOTAL_LENGTH_OFFSET, packet.length);
        Ipv4Header.writeChecksum(packet, 0);
        byte[] sealed = sendFromLeft(packet);
        byte[] recorded = sealed.clone();
        Arrays.fill(recorded, Ipv4Header.MIN_LENGTH + 6, Ipv4Header.MIN_LENGTH + 11, (byte) 9);
        byte[] alerted = sealed.clone();
        alerted[Ipv4Header.MIN_LENGTH + 3] = 1;
        assertTrue(!isTaken(alerted, false), "the router alert is covered");
        assertTrue(isTaken(recorded, false), "the recorded route is not");
    }

    /// RFC 4301 section 5.2: what came through too few layers is dropped, and so is what came through the wrong one.
    @Test
    void dropsWhatCameThroughTooFewLayers() throws Exception {
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL),
                Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT))).install();
        byte[] packet = sendFromLeft(netPacket());
        int ah = Ipv4Header.MIN_LENGTH;
        assertEquals(IpProtocol.AH, Ipv4Header.protocol(packet, 0));
        int length = AuthenticationHeader.length(packet, ah);
        byte[] stripped = new byte[packet.length - length];
        System.arraycopy(packet, 0, stripped, 0, ah);
        System.arraycopy(packet, ah + length, stripped, ah, stripped.length - ah);
        stripped[Ipv4Header.PROTOCOL_OFFSET] = IpProtocol.ESP;
        NetworkOrder.put16(stripped, Ipv4Header.TOTAL_LENGTH_OFFSET, stripped.length);
        Ipv4Header.writeChecksum(stripped, 0);
        assertTrue(!isTaken(stripped, false));
        assertEquals(1, counter(planes.right(), DropReason.INBOUND_LAYER_MISSING));
    }

    @Test
    void aTunnelTakesDscpEcnAndDfOver() throws Exception {
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL))).install();
        byte[] plain = netPacket();
        plain[Ipv4Header.TOS_OFFSET] = (byte) TOS;
        Ipv4Header.writeChecksum(plain, 0);
        byte[] packet = sendFromLeft(plain);
        assertEquals(TOS, NetworkOrder.u8(packet, Ipv4Header.TOS_OFFSET));
        assertTrue(Ipv4Header.dontFragment(packet, 0));
        assertTrue(NetworkOrder.u16(packet, Ipv4Header.IDENTIFICATION_OFFSET) != 0);
    }

    @Test
    void aTunnelTakesOverNothingWhenToldSo() throws Exception {
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL)))
                .outer(new OuterHeader(OuterHeader.DontFragment.CLEAR, false, false)).install();
        byte[] plain = netPacket();
        plain[Ipv4Header.TOS_OFFSET] = (byte) TOS;
        Ipv4Header.writeChecksum(plain, 0);
        byte[] packet = sendFromLeft(plain);
        assertEquals(0, NetworkOrder.u8(packet, Ipv4Header.TOS_OFFSET));
        assertTrue(!Ipv4Header.dontFragment(packet, 0));
    }

    /// RFC 6040 section 4.2, figure 4: inner field, outer field, what arrives (-1: nothing).
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 2, 0", "0, 3, -1", "1, 3, 3", "2, 3, 3", "2, 1, 1", "2, 0, 2", "1, 2, 1", "3, 0, 3"})
    void congestionOnTheWayIsTold(int inner, int outer, int arriving) throws Exception {
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL))).install();
        byte[] plain = netPacket();
        plain[Ipv4Header.TOS_OFFSET] = (byte) inner;
        Ipv4Header.writeChecksum(plain, 0);
        byte[] packet = sendFromLeft(plain);
        packet[Ipv4Header.TOS_OFFSET] = (byte) outer;
        Ipv4Header.writeChecksum(packet, 0);
        deliver(packet, false);
        if (arriving < 0) {
            awaitDrop(DropReason.INBOUND_CONGESTED, 1);
        } else {
            byte[] arrived = take();
            assertEquals(arriving, arrived[Ipv4Header.TOS_OFFSET] & CONGESTED);
            assertTrue(new PacketView().read(arrived, 0, arrived.length), "the header's checksum is right");
        }
    }

    /// RFC 3948 section 3.1.2: behind a NAT the receiver sees another source, over which the checksum must be right.
    @Test
    void transportModeInUdpPassesANat() throws Exception {
        String natted = "203.0.113.5";
        new Layering(planes, false, "192.0.2.1/32", "192.0.2.2/32",
                List.of(new Layering.Step(ESP, Mode.TRANSPORT, true))).seenAs(natted).install();
        planes.leftTun().inject(hostPacket(false));
        byte[] datagram = caught.poll(30, TimeUnit.SECONDS).payload();
        InetSocketAddress seenAs = new InetSocketAddress(InetAddress.ofLiteral(natted), 40_000);
        assertTrue(planes.network().deliver(
                new InMemoryNetwork.Datagram(seenAs, InMemoryPlanes.RIGHT, datagram)));
        assertArrayEquals(InnerPackets.udp(natted, 7, "192.0.2.2", 7, new byte[40]), withoutTtl(take()));
    }

    /// RFC 3173 section 2.2 and a bound on what comes out.
    @Test
    void compressesWhatGetsSmallerAndNothingElse() throws Exception {
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(new IpcompTransform(), Mode.TUNNEL)))
                .install();
        byte[] zeros = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[1200]);
        byte[] small = sendFromLeft(zeros);
        assertEquals(IpProtocol.IPCOMP, Ipv4Header.protocol(small, 0));
        assertTrue(small.length < 150, "1200 zeros took " + small.length);
        byte[] noise = new byte[1200];
        new Random(1).nextBytes(noise);
        byte[] incompressible = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, noise);
        byte[] plain = sendFromLeft(incompressible);
        assertEquals(IpProtocol.IPV4, Ipv4Header.protocol(plain, 0));
        assertEquals(incompressible.length + Ipv4Header.MIN_LENGTH, plain.length);
        deliver(small, false);
        assertArrayEquals(zeros, take());
        byte[] cut = Arrays.copyOf(small, small.length - 3);
        NetworkOrder.put16(cut, Ipv4Header.TOTAL_LENGTH_OFFSET, cut.length);
        deliver(cut, false);
        awaitDrop(DropReason.INBOUND_BAD_COMPRESSION, 1);
    }

    /// Security requirement S-24: every length of garbage ends with a reason, whatever it claims to be.
    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.ESP, IpProtocol.AH, IpProtocol.IPCOMP})
    void garbageOfAllLengthsIsDroppedWithAReason(int protocol) throws Exception {
        List<Layering.Step> steps = switch (protocol) {
            case IpProtocol.ESP -> List.of(Layering.raw(ESP, Mode.TUNNEL));
            case IpProtocol.AH -> List.of(Layering.ah(Integrity.HMAC_SHA1_96, Mode.TUNNEL));
            default -> List.of(Layering.raw(new IpcompTransform(), Mode.TUNNEL));
        };
        Layering layering = new Layering(planes, false, LEFT_NET, RIGHT_NET, steps);
        layering.addPolicies(true);
        int spi = layering.connect(true).getLast().spi().value();
        Random random = new Random(protocol);
        long sent = 0;
        for (int length = 0; length <= 200; length++) {
            for (boolean known : List.of(true, false)) {
                byte[] garbage = new byte[length];
                random.nextBytes(garbage);
                if (known) {
                    writeSpi(protocol, spi, garbage);
                }
                byte[] packet = new byte[Ipv4Header.MIN_LENGTH + length];
                System.arraycopy(InMemoryPlanes.LEFT.getAddress().getAddress(), 0, packet, 12, 4);
                System.arraycopy(InMemoryPlanes.RIGHT.getAddress().getAddress(), 0, packet, 16, 4);
                Ipv4Header.write(packet, 0, packet.length, 64, protocol);
                System.arraycopy(garbage, 0, packet, Ipv4Header.MIN_LENGTH, length);
                deliver(packet, false);
                deliver(Arrays.copyOf(packet, length), false);
                sent += 2;
            }
        }
        while (drops() < sent) {
            Thread.onSpinWait();
        }
        assertEquals(sent, drops());
        assertEquals(0, counter(planes.right(), DropReason.INTERNAL_ERROR));
    }

    private static void writeSpi(int protocol, int spi, byte[] garbage) {
        int at = protocol == IpProtocol.AH ? AuthenticationHeader.SPI_OFFSET : 0;
        if (protocol == IpProtocol.IPCOMP && garbage.length >= 4) {
            NetworkOrder.put16(garbage, 2, spi);
        } else if (garbage.length >= at + 4) {
            NetworkOrder.put32(garbage, at, spi);
        }
    }

    private void host(boolean ipv6, List<Layering.Step> steps) throws Exception {
        String prefix = ipv6 ? "2001:db8::%d/128" : "192.0.2.%d/32";
        new Layering(planes, ipv6, prefix.formatted(1), prefix.formatted(2), steps).install();
    }

    private static byte[] hostPacket(boolean ipv6) {
        String prefix = ipv6 ? "2001:db8::%d" : "192.0.2.%d";
        return InnerPackets.udp(prefix.formatted(1), 7, prefix.formatted(2), 7, new byte[40]);
    }

    private static byte[] netPacket() {
        return InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[40]);
    }

    private byte[] sendFromLeft(byte[] packet) throws InterruptedException {
        planes.leftTun().inject(packet);
        InMemoryNetwork.Datagram datagram = caught.poll(30, TimeUnit.SECONDS);
        assertTrue(datagram != null, () -> planes.left().plane().counters().toString());
        return datagram.payload();
    }

    private void deliver(byte[] packet, boolean ipv6) {
        InetAddress from = ipv6 ? InMemoryPlanes.LEFT_6 : InMemoryPlanes.LEFT.getAddress();
        InetAddress to = ipv6 ? InMemoryPlanes.RIGHT_6 : InMemoryPlanes.RIGHT.getAddress();
        assertTrue(planes.network().deliver(new InMemoryNetwork.Datagram(new InetSocketAddress(from, 0),
                new InetSocketAddress(to, 0), packet)));
    }

    /// Whether a packet gets through: either it arrives, or it is counted.
    private boolean isTaken(byte[] packet, boolean ipv6) throws Exception {
        long before = drops();
        deliver(packet, ipv6);
        while (true) {
            if (drops() > before) {
                return false;
            }
            if (planes.rightTun().take(Duration.ofMillis(1)).isPresent()) {
                return true;
            }
        }
    }

    private byte[] take() throws InterruptedException {
        return planes.right().inner().take(Duration.ofSeconds(30)).orElseThrow(
                () -> new AssertionError(planes.right().plane().counters().toString()));
    }

    private static byte[] withoutTtl(byte[] packet) {
        byte[] copy = packet.clone();
        Ipv4Header.write(copy, 0, copy.length, 64, IpProtocol.UDP);
        return copy;
    }

    private long drops() {
        return planes.right().plane().counters().entrySet().stream()
                .filter(each -> each.getKey().startsWith("dropped_")).mapToLong(java.util.Map.Entry::getValue).sum();
    }

    private void awaitDrop(DropReason reason, long count) {
        while (counter(planes.right(), reason) < count) {
            Thread.onSpinWait();
        }
    }

    private static long counter(Side side, DropReason reason) {
        return side.plane().counters().get(reason.counterName());
    }
}
