package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.TcpHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Cutting and joining TCP: what one takes apart the other puts together again.
final class TcpOffloadTest {
    private static final int ROOM = 256 * 1024;
    private static final int HEADROOM = 16;
    private static final int SIZE = 1000;
    private static final int WITH_OPTIONS = 32;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutsIntoValidSegments(boolean ipv4) {
        byte[] big = TcpPackets.tcp(ipv4, 0xFFFF_FF00, TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN | TcpHeader.CWR,
                TcpPackets.payload(3500));
        List<byte[]> segments = cut(big, SIZE);
        assertEquals(4, segments.size());
        int ip = big.length - 3500 - WITH_OPTIONS;
        for (int index = 0; index < 4; index++) {
            byte[] segment = segments.get(index);
            boolean last = index == 3;
            assertEquals(ip + WITH_OPTIONS + (last ? 500 : SIZE), segment.length);
            assertTrue(isIntact(segment, ip), "TCP checksum of " + index);
            assertTrue(new PacketView().read(segment, 0, segment.length), "IP header of " + index);
            assertEquals(0xFFFF_FF00 + index * SIZE, TcpHeader.sequence(segment, ip));
            int flags = TcpHeader.flags(segment, ip);
            assertEquals(last, (flags & TcpHeader.PSH) != 0);
            assertEquals(last, (flags & TcpHeader.FIN) != 0);
            assertEquals(index == 0, (flags & TcpHeader.CWR) != 0);
            if (ipv4) {
                assertEquals(TcpPackets.IDENTIFICATION + index,
                        NetworkOrder.u16(segment, Ipv4Header.IDENTIFICATION_OFFSET));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void joinsWhatWasCut(boolean ipv4) {
        byte[] big = TcpPackets.tcp(ipv4, 1000, TcpHeader.ACK | TcpHeader.PSH, TcpPackets.payload(20_300));
        PacketBatch batch = joined(cut(big, SIZE));
        assertEquals(1, batch.count());
        assertEquals(ipv4 ? PacketBatch.TCP_IPV4 : PacketBatch.TCP_IPV6, batch.segmentType(0));
        assertEquals(SIZE, batch.segmentSize(0));
        int ip = big.length - 20_300 - WITH_OPTIONS;
        assertEquals(ip + WITH_OPTIONS, batch.headerLength(0));
        assertTrue(ChecksumCompletion.complete(batch.bytes(), batch.offset(0), batch.length(0),
                batch.checksumStart(0), batch.checksumOffset(0)));
        assertArrayEquals(big, packet(batch, 0), "the packet as it was, checksums included");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsApartWhatDoesNotBelongTogether(boolean ipv4) {
        byte[] first = TcpPackets.tcp(ipv4, 0, TcpHeader.ACK, TcpPackets.payload(SIZE));
        byte[] gap = TcpPackets.tcp(ipv4, SIZE + 1, TcpHeader.ACK, TcpPackets.payload(SIZE));
        byte[] fin = TcpPackets.tcp(ipv4, SIZE, TcpHeader.ACK | TcpHeader.FIN, TcpPackets.payload(SIZE));
        byte[] longer = TcpPackets.tcp(ipv4, SIZE, TcpHeader.ACK, TcpPackets.payload(SIZE + 1));
        byte[] pure = TcpPackets.tcp(ipv4, SIZE, TcpHeader.ACK, new byte[0]);
        byte[] damaged = TcpPackets.tcp(ipv4, SIZE, TcpHeader.ACK, TcpPackets.payload(SIZE));
        damaged[damaged.length - 1] ^= 1;
        byte[] otherAck = TcpPackets.tcp(ipv4, SIZE, TcpHeader.ACK, TcpPackets.payload(SIZE));
        otherAck[otherAck.length - SIZE - WITH_OPTIONS + TcpHeader.ACKNOWLEDGMENT_OFFSET] ^= 1;
        for (byte[] second : List.of(gap, fin, longer, pure, damaged, otherAck)) {
            PacketBatch batch = joined(List.of(first, second));
            assertEquals(2, batch.count());
            assertArrayEquals(first, packet(batch, 0));
            assertArrayEquals(second, packet(batch, 1));
            assertFalse(batch.needsChecksum(0));
            assertFalse(batch.needsChecksum(1));
        }
        PacketBatch afterDamage = joined(List.of(damaged, TcpPackets.tcp(ipv4, 2 * SIZE, TcpHeader.ACK,
                TcpPackets.payload(SIZE))));
        assertEquals(2, afterDamage.count(), "a damaged first part is not vouched for");
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

    private static PacketBatch joined(List<byte[]> packets) {
        PacketBatch batch = new PacketBatch(64, ROOM, HEADROOM, 0);
        Coalescer coalescer = new Coalescer(batch, true);
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

    private static boolean isIntact(byte[] packet, int tcp) {
        return InternetChecksum
                .isIntact(InternetChecksum.pseudoHeader(packet, 0, IpProtocol.TCP, packet.length - tcp)
                        + InternetChecksum.sum(packet, tcp, packet.length - tcp));
    }
}
