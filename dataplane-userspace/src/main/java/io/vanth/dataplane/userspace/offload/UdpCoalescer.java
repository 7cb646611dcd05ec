package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.UdpHeader;
import java.util.Arrays;

/// Appends UDP packets to a batch and joins datagrams of one flow that have the same length, the last of them perhaps
/// less, to a super-packet, which the kernel carries as one and cuts where a socket wants datagrams. The checksum of a
/// super-packet is unfinished, which makes its receiver trust it; so each datagram must have one, and it is looked at
/// first. The kernel numbers the packets that it cuts upwards (IPv4 identification), so numbers must be like that, or
/// mean nothing because the packet must not be fragmented (RFC 6864 section 4.1).
final class UdpCoalescer {
    private static final int MAX_PACKET = 65_535;
    /// What every kernel with this offload takes.
    private static final int MAX_SEGMENTS = 64;
    private static final int IDENTIFICATION_MASK = 0xFFFF;

    private final PacketBatch batch;
    private final byte[] bytes;
    private int last = -1;
    private int segments;
    private int ipHeader;
    private int size;

    /// @param batch without tailroom
    UdpCoalescer(PacketBatch batch) {
        this.batch = batch;
        this.bytes = batch.bytes();
    }

    /// Appends the UDP packet at `batch.next()`, which `view` has read.
    void append(PacketView view) {
        int packet = batch.next();
        if (!isCandidate(packet, view)) {
            finish();
            batch.add(view.length());
            return;
        }
        int payload = view.length() - (view.transport() - packet) - UdpHeader.LENGTH;
        if (last >= 0 && continues(packet, view, payload)) {
            join(packet, payload);
        } else {
            finish();
            ipHeader = view.transport() - packet;
            size = payload;
            segments = 1;
            last = batch.add(view.length());
        }
    }

    /// Makes the last packet ready for a device.
    void finish() {
        if (last >= 0 && segments > 1) {
            close(batch.offset(last), batch.length(last));
        }
        last = -1;
    }

    private boolean isCandidate(int packet, PacketView view) {
        int udp = view.transport();
        int header = view.version() == IpVersion.V4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int length = view.length() - header;
        return !view.isFragment() && udp - packet == header && length > UdpHeader.LENGTH
                && NetworkOrder.u16(bytes, udp + UdpHeader.LENGTH_OFFSET) == length
                && NetworkOrder.u16(bytes, udp + UdpHeader.CHECKSUM_OFFSET) != 0;
    }

    private boolean continues(int packet, PacketView view, int payload) {
        int first = batch.offset(last);
        return segments < MAX_SEGMENTS && payload <= size && view.transport() - packet == ipHeader
                && batch.length(last) + payload <= MAX_PACKET && sameHeaders(first, packet)
                && (segments > 1 || isIntact(first, batch.length(last))) && isIntact(packet, view.length());
    }

    private boolean sameHeaders(int first, int packet) {
        int ports = ipHeader + UdpHeader.LENGTH_OFFSET;
        return IpVersion.of(bytes, first) == IpVersion.V4
                ? same(first, packet, 0, Ipv4Header.TOTAL_LENGTH_OFFSET)
                        && same(first, packet, Ipv4Header.FRAGMENT_OFFSET, Ipv4Header.CHECKSUM_OFFSET)
                        && same(first, packet, Ipv4Header.SOURCE_OFFSET, ports)
                        && (Ipv4Header.dontFragment(bytes, packet) || numberedOn(first, packet))
                : same(first, packet, 0, Ipv6Header.PAYLOAD_LENGTH_OFFSET)
                        && same(first, packet, Ipv6Header.NEXT_HEADER_OFFSET, ports);
    }

    private boolean numberedOn(int first, int packet) {
        int expected = NetworkOrder.u16(bytes, first + Ipv4Header.IDENTIFICATION_OFFSET) + segments;
        return NetworkOrder.u16(bytes, packet + Ipv4Header.IDENTIFICATION_OFFSET) == (expected & IDENTIFICATION_MASK);
    }

    private boolean same(int one, int other, int from, int to) {
        return Arrays.equals(bytes, one + from, one + to, bytes, other + from, other + to);
    }

    private boolean isIntact(int packet, int length) {
        int udpLength = length - ipHeader;
        return InternetChecksum.isIntact(InternetChecksum.pseudoHeader(bytes, packet, IpProtocol.UDP, udpLength)
                + InternetChecksum.sum(bytes, packet + ipHeader, udpLength));
    }

    private void join(int packet, int payload) {
        System.arraycopy(bytes, packet + ipHeader + UdpHeader.LENGTH, bytes,
                batch.offset(last) + batch.length(last), payload);
        batch.extendLast(payload);
        segments++;
        if (payload < size) {
            finish();
        }
    }

    /// Writes what a super-packet's headers say: its whole length, and of the checksum the pseudo-header's sum.
    private void close(int packet, int length) {
        boolean ipv4 = IpVersion.of(bytes, packet) == IpVersion.V4;
        int udpLength = length - ipHeader;
        if (ipv4) {
            NetworkOrder.put16(bytes, packet + Ipv4Header.TOTAL_LENGTH_OFFSET, length);
            Ipv4Header.writeChecksum(bytes, packet);
        } else {
            NetworkOrder.put16(bytes, packet + Ipv6Header.PAYLOAD_LENGTH_OFFSET, udpLength);
        }
        NetworkOrder.put16(bytes, packet + ipHeader + UdpHeader.LENGTH_OFFSET, udpLength);
        long sum = InternetChecksum.pseudoHeader(bytes, packet, IpProtocol.UDP, udpLength);
        NetworkOrder.put16(bytes, packet + ipHeader + UdpHeader.CHECKSUM_OFFSET, InternetChecksum.fold(sum));
        batch.setChecksum(last, ipHeader, UdpHeader.CHECKSUM_OFFSET);
        batch.setSegments(last, PacketBatch.UDP, size, ipHeader + UdpHeader.LENGTH);
    }
}
