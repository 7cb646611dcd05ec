package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.TcpHeader;
import java.util.Arrays;

/// Appends packets to a batch and joins each TCP segment to the packet before it when it continues that one, so that
/// the order of packets never changes. The joined packet's checksum is marked as unfinished, which makes its receiver
/// trust it; so each part's own checksum is looked at first.
final class TcpCoalescer {
    private static final int MAX_PACKET = 65_535;
    private static final int PLAIN_FLAGS = TcpHeader.ACK | TcpHeader.PSH;

    private final PacketBatch batch;
    private final byte[] bytes;
    private int last = -1;
    private int segments;
    private int headers;
    private int size;
    private int nextSequence;

    /// @param batch without tailroom
    TcpCoalescer(PacketBatch batch) {
        this.batch = batch;
        this.bytes = batch.bytes();
    }

    /// Appends the packet at `batch.next()`, which `view` has read.
    void append(PacketView view) {
        int packet = batch.next();
        if (!isCandidate(packet, view)) {
            finish();
            batch.add(view.length());
            return;
        }
        int tcp = view.transport();
        int headerLength = tcp - packet + TcpHeader.length(bytes, tcp);
        int payload = view.length() - headerLength;
        if (last >= 0 && continues(packet, tcp, headerLength, payload)) {
            join(packet, tcp, headerLength, payload);
        } else {
            finish();
            open(tcp, headerLength, payload, view.length());
        }
    }

    /// Makes the last packet ready for a device; to be called before the batch is written.
    void finish() {
        if (last >= 0 && segments > 1) {
            close(batch.offset(last), batch.length(last));
        }
        last = -1;
    }

    private boolean isCandidate(int packet, PacketView view) {
        int tcp = view.transport();
        int ipHeader = view.version() == IpVersion.V4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        if (view.protocol() != IpProtocol.TCP || view.isFragment() || tcp - packet != ipHeader
                || view.length() < ipHeader + TcpHeader.MIN_LENGTH) {
            return false;
        }
        int tcpHeader = TcpHeader.length(bytes, tcp);
        return tcpHeader >= TcpHeader.MIN_LENGTH && ipHeader + tcpHeader < view.length()
                && (TcpHeader.flags(bytes, tcp) & ~TcpHeader.PSH) == TcpHeader.ACK;
    }

    private void open(int tcp, int headerLength, int payload, int length) {
        boolean pushed = (TcpHeader.flags(bytes, tcp) & TcpHeader.PSH) != 0;
        nextSequence = TcpHeader.sequence(bytes, tcp) + payload;
        int index = batch.add(length);
        last = pushed ? -1 : index;
        segments = 1;
        headers = headerLength;
        size = payload;
    }

    private boolean continues(int packet, int tcp, int headerLength, int payload) {
        int first = batch.offset(last);
        return headerLength == headers && TcpHeader.sequence(bytes, tcp) == nextSequence && payload <= size
                && batch.length(last) + payload <= MAX_PACKET && sameHeaders(first, packet)
                && (segments > 1 || isIntact(first, batch.length(last))) && isIntact(packet, headerLength + payload);
    }

    private boolean sameHeaders(int one, int other) {
        boolean ipv4 = IpVersion.of(bytes, one) == IpVersion.V4;
        int tcp = ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        return same(one, other, 0, ipv4 ? Ipv4Header.TOTAL_LENGTH_OFFSET : Ipv6Header.PAYLOAD_LENGTH_OFFSET)
                && (ipv4
                        ? same(one, other, Ipv4Header.FRAGMENT_OFFSET, Ipv4Header.CHECKSUM_OFFSET)
                                && same(one, other, Ipv4Header.SOURCE_OFFSET, tcp + TcpHeader.SEQUENCE_OFFSET)
                        : same(one, other, Ipv6Header.NEXT_HEADER_OFFSET, tcp + TcpHeader.SEQUENCE_OFFSET))
                && same(one, other, tcp + TcpHeader.ACKNOWLEDGMENT_OFFSET, tcp + TcpHeader.FLAGS_OFFSET)
                && same(one, other, tcp + TcpHeader.WINDOW_OFFSET, tcp + TcpHeader.CHECKSUM_OFFSET)
                && same(one, other, tcp + TcpHeader.URGENT_OFFSET, headers);
    }

    private boolean same(int one, int other, int from, int to) {
        return Arrays.equals(bytes, one + from, one + to, bytes, other + from, other + to);
    }

    private boolean isIntact(int packet, int length) {
        int ipHeader = IpVersion.of(bytes, packet) == IpVersion.V4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int tcpLength = length - ipHeader;
        return InternetChecksum
                .isIntact(InternetChecksum.pseudoHeader(bytes, packet, IpProtocol.TCP, tcpLength)
                        + InternetChecksum.sum(bytes, packet + ipHeader, tcpLength));
    }

    private void join(int packet, int tcp, int headerLength, int payload) {
        int first = batch.offset(last);
        boolean pushed = (TcpHeader.flags(bytes, tcp) & TcpHeader.PSH) != 0;
        System.arraycopy(bytes, packet + headerLength, bytes, first + batch.length(last), payload);
        batch.extendLast(payload);
        segments++;
        nextSequence += payload;
        if (pushed) {
            int firstTcp = first + tcp - packet;
            NetworkOrder.put8(bytes, firstTcp + TcpHeader.FLAGS_OFFSET, PLAIN_FLAGS);
        }
        if (pushed || payload < size) {
            finish();
        }
    }

    /// Writes what a super-packet's headers say: its whole length, and of the TCP checksum the pseudo-header's sum.
    private void close(int packet, int length) {
        boolean ipv4 = IpVersion.of(bytes, packet) == IpVersion.V4;
        int ipHeader = ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        if (ipv4) {
            NetworkOrder.put16(bytes, packet + Ipv4Header.TOTAL_LENGTH_OFFSET, length);
            Ipv4Header.writeChecksum(bytes, packet);
        } else {
            NetworkOrder.put16(bytes, packet + Ipv6Header.PAYLOAD_LENGTH_OFFSET, length - ipHeader);
        }
        long sum = InternetChecksum.pseudoHeader(bytes, packet, IpProtocol.TCP, length - ipHeader);
        NetworkOrder.put16(bytes, packet + ipHeader + TcpHeader.CHECKSUM_OFFSET, InternetChecksum.fold(sum));
        batch.setChecksum(last, ipHeader, TcpHeader.CHECKSUM_OFFSET);
        batch.setSegments(last, ipv4 ? PacketBatch.TCP_IPV4 : PacketBatch.TCP_IPV6, size, headers);
    }
}
