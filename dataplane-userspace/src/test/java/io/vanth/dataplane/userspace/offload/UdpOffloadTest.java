package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.UdpHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Joining UDP and cutting it: what one puts together the other takes apart again.
final class UdpOffloadTest {
    private static final int ROOM = 256 * 1024;
    private static final int HEADROOM = 16;
    private static final int SIZE = 64;
    private static final int MOST = 64;
    private static final int DONT_FRAGMENT = 0x4000;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutsWhatWasJoined(boolean ipv4) {
        List<byte[]> packets = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            packets.add(numbered(udp(ipv4, 7, number < 4 ? SIZE : 11, number), 0xFFFE + number, 0));
        }
        PacketBatch batch = joined(packets, true);
        assertEquals(1, batch.count());
        assertEquals(PacketBatch.UDP, batch.segmentType(0));
        assertEquals(SIZE, batch.segmentSize(0));
        int ip = packets.getFirst().length - SIZE - UdpHeader.LENGTH;
        assertEquals(ip + UdpHeader.LENGTH, batch.headerLength(0));
        List<byte[]> again = cut(packet(batch, 0), SIZE);
        assertEquals(5, again.size());
        for (int number = 0; number < 5; number++) {
            assertArrayEquals(packets.get(number), again.get(number), "packet " + number);
        }
        assertTrue(ChecksumCompletion.complete(batch.bytes(), batch.offset(0), batch.length(0),
                batch.checksumStart(0), batch.checksumOffset(0)));
        assertTrue(isIntact(packet(batch, 0), ip), "the sum in the field is that of the pseudo-header");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsApartWhatDoesNotBelongTogether(boolean ipv4) {
        byte[] first = udp(ipv4, 7, SIZE, 1);
        byte[] damaged = udp(ipv4, 7, SIZE, 2);
        damaged[damaged.length - 1] ^= 1;
        byte[] unsummed = udp(ipv4, 7, SIZE, 2);
        NetworkOrder.put16(unsummed, unsummed.length - SIZE - UdpHeader.LENGTH + UdpHeader.CHECKSUM_OFFSET, 0);
        byte[] shortLength = udp(ipv4, 7, SIZE, 2);
        NetworkOrder.put16(shortLength, shortLength.length - SIZE - UdpHeader.LENGTH + UdpHeader.LENGTH_OFFSET,
                UdpHeader.LENGTH + SIZE - 2);
        byte[] otherHops = udp(ipv4, 7, SIZE, 2);
        otherHops[ipv4 ? Ipv4Header.TTL_OFFSET : 7]++;
        if (ipv4) {
            Ipv4Header.writeChecksum(otherHops, 0);
        }
        for (byte[] second : List.of(udp(ipv4, 8, SIZE, 2), udp(ipv4, 7, SIZE + 1, 2), udp(ipv4, 7, 0, 2), damaged,
                unsummed, shortLength, otherHops)) {
            assertApart(first, second);
        }
        assertApart(damaged, first);
    }

    private static void assertApart(byte[] first, byte[] second) {
        PacketBatch batch = joined(List.of(first, second), true);
        assertEquals(2, batch.count());
        assertArrayEquals(first, packet(batch, 0));
        assertArrayEquals(second, packet(batch, 1));
        assertFalse(batch.needsChecksum(0) || batch.needsChecksum(1));
    }

    /// The kernel would number the parts otherwise than their sender did.
    @Test
    void joinsOnlyNumbersThatFollow() {
        byte[] first = numbered(udp(true, 7, SIZE, 1), 10, 0);
        assertEquals(1, joined(List.of(first, numbered(udp(true, 7, SIZE, 2), 11, 0)), true).count());
        assertEquals(2, joined(List.of(first, numbered(udp(true, 7, SIZE, 2), 12, 0)), true).count());
        assertEquals(1, joined(List.of(numbered(udp(true, 7, SIZE, 1), 10, DONT_FRAGMENT),
                numbered(udp(true, 7, SIZE, 2), 0, DONT_FRAGMENT)), true).count());
    }

    @Test
    void nothingFollowsAShorterOneAndNoMoreThanTheKernelTakes() {
        List<byte[]> three = List.of(numbered(udp(true, 7, SIZE, 1), 1, 0), numbered(udp(true, 7, SIZE - 1, 1), 2, 0),
                numbered(udp(true, 7, SIZE - 1, 1), 3, 0));
        assertEquals(2, joined(three, true).count());
        List<byte[]> many = new ArrayList<>();
        for (int number = 0; number <= MOST; number++) {
            many.add(numbered(udp(true, 7, SIZE, number), number, 0));
        }
        assertEquals(2, joined(many, true).count());
    }

    @Test
    void joinsNoneWhereTheDeviceTakesNone() {
        byte[] packet = numbered(udp(true, 7, SIZE, 1), 0, DONT_FRAGMENT);
        assertEquals(2, joined(List.of(packet, packet), false).count());
    }

    @Test
    void keepsTheOrderOfTcpAndUdp() {
        byte[] udp = numbered(udp(true, 7, SIZE, 1), 0, DONT_FRAGMENT);
        byte[] tcp = TcpPackets.tcp(true, 0, 0x10, TcpPackets.payload(100));
        byte[] next = TcpPackets.tcp(true, 100, 0x10, TcpPackets.payload(100));
        PacketBatch batch = joined(List.of(udp, tcp, udp, udp, next), true);
        assertEquals(4, batch.count());
        assertEquals(PacketBatch.NOT_SEGMENTED, batch.segmentType(0));
        assertArrayEquals(tcp, packet(batch, 1));
        assertEquals(PacketBatch.UDP, batch.segmentType(2));
        assertArrayEquals(next, packet(batch, 3));
    }

    private static byte[] udp(boolean ipv4, int port, int length, int fill) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) fill);
        return ipv4
                ? InnerPackets.udp("10.1.0.1", 9, "10.2.0.1", port, payload)
                : InnerPackets.udp("fd01::1", 9, "fd02::1", port, payload);
    }

    private static byte[] numbered(byte[] packet, int identification, int flags) {
        if (packet[0] >>> 4 == 4) {
            NetworkOrder.put16(packet, Ipv4Header.IDENTIFICATION_OFFSET, identification);
            NetworkOrder.put16(packet, Ipv4Header.FRAGMENT_OFFSET, flags);
            Ipv4Header.writeChecksum(packet, 0);
        }
        return packet;
    }

    private static List<byte[]> cut(byte[] packet, int size) {
        PacketView view = new PacketView();
        assertTrue(view.read(packet, 0, packet.length));
        Segmenter segmenter = new Segmenter();
        assertTrue(segmenter.start(packet, 0, view, size));
        List<byte[]> segments = new ArrayList<>();
        byte[] out = new byte[ROOM];
        for (int length = segmenter.next(out, 3); length > 0; length = segmenter.next(out, 3)) {
            segments.add(Arrays.copyOfRange(out, 3, 3 + length));
        }
        return segments;
    }

    private static PacketBatch joined(List<byte[]> packets, boolean joinsUdp) {
        PacketBatch batch = new PacketBatch(128, ROOM, HEADROOM, 0);
        Coalescer coalescer = new Coalescer(batch, joinsUdp);
        PacketView view = new PacketView();
        for (byte[] packet : packets) {
            System.arraycopy(packet, 0, batch.bytes(), batch.next(), packet.length);
            assertTrue(view.read(batch.bytes(), batch.next(), packet.length));
            coalescer.append(view);
        }
        coalescer.finish();
        return batch;
    }

    private static byte[] packet(PacketBatch batch, int index) {
        int offset = batch.offset(index);
        return Arrays.copyOfRange(batch.bytes(), offset, offset + batch.length(index));
    }

    private static boolean isIntact(byte[] packet, int udp) {
        return InternetChecksum
                .isIntact(InternetChecksum.pseudoHeader(packet, 0, IpProtocol.UDP, packet.length - udp)
                        + InternetChecksum.sum(packet, udp, packet.length - udp));
    }
}
