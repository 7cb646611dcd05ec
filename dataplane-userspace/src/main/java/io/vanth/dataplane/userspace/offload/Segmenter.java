package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.TcpHeader;
import io.vanth.dataplane.userspace.wire.UdpHeader;

/// Cuts a super-packet of TCP or UDP into segments, each a whole packet with right lengths, identification and checksums,
/// and of TCP sequence number and flags: FIN and PSH on the last, CWR on the first.
///
///     segmenter.start(bytes, ip, view, size)
///     while ((length = segmenter.next(out, at)) > 0) ...
public final class Segmenter {
    private static final int ALL_ONES = 0xFFFF;

    private byte[] bytes;
    private int ip;
    private int version;
    private boolean udp;
    private int transport;
    private int headers;
    private int transportHeader;
    private int size;
    private int payload;
    private int done;
    private int index;

    public Segmenter() {}

    /// Takes up the super-packet at `from`, which `view` has read, to be cut into segments of `segmentSize` bytes of
    /// payload.
    ///
    /// @return false when it is no packet that can be cut
    public boolean start(byte[] packet, int from, PacketView view, int segmentSize) {
        udp = view.protocol() == IpProtocol.UDP;
        if (!udp && view.protocol() != IpProtocol.TCP || view.isFragment() || segmentSize <= 0) {
            return false;
        }
        int least = udp ? UdpHeader.LENGTH : TcpHeader.MIN_LENGTH;
        if (view.transport() + least > from + view.length()) {
            return false;
        }
        bytes = packet;
        ip = from;
        version = view.version();
        transport = view.transport();
        transportHeader = udp ? UdpHeader.LENGTH : TcpHeader.length(packet, transport);
        headers = transport - from + transportHeader;
        size = segmentSize;
        payload = view.length() - headers;
        done = 0;
        index = 0;
        return transportHeader >= least && payload > 0;
    }

    /// The length of all segments but the last, headers included.
    public int segmentLength() {
        return headers + Math.min(size, payload);
    }

    /// Writes the next segment to `out[at]`.
    ///
    /// @return its length, 0 when there is none left
    public int next(byte[] out, int at) {
        int part = Math.min(size, payload - done);
        if (part <= 0) {
            return 0;
        }
        System.arraycopy(bytes, ip, out, at, headers);
        System.arraycopy(bytes, ip + headers + done, out, at + headers, part);
        writeIp(out, at, headers + part);
        if (udp) {
            writeUdp(out, at + transport - ip, part);
        } else {
            writeTcp(out, at + transport - ip, part);
        }
        writeChecksum(out, at, part);
        done += part;
        index++;
        return headers + part;
    }

    private void writeIp(byte[] out, int at, int length) {
        if (version == IpVersion.V4) {
            int first = NetworkOrder.u16(bytes, ip + Ipv4Header.IDENTIFICATION_OFFSET);
            int identification = isUnnumbered(first) ? 0 : first + index;
            NetworkOrder.put16(out, at + Ipv4Header.IDENTIFICATION_OFFSET, identification);
            NetworkOrder.put16(out, at + Ipv4Header.TOTAL_LENGTH_OFFSET, length);
            Ipv4Header.writeChecksum(out, at);
        } else {
            NetworkOrder.put16(out, at + Ipv6Header.PAYLOAD_LENGTH_OFFSET, length - Ipv6Header.LENGTH);
        }
    }

    /// A datagram that must not be fragmented needs no number (RFC 6864 section 4.1), and Linux gives it none.
    private boolean isUnnumbered(int identification) {
        return udp && identification == 0 && Ipv4Header.dontFragment(bytes, ip);
    }

    private static void writeUdp(byte[] out, int header, int part) {
        NetworkOrder.put16(out, header + UdpHeader.LENGTH_OFFSET, UdpHeader.LENGTH + part);
    }

    private void writeTcp(byte[] out, int header, int part) {
        NetworkOrder.put32(out, header + TcpHeader.SEQUENCE_OFFSET, TcpHeader.sequence(bytes, transport) + done);
        int flags = TcpHeader.flags(bytes, transport);
        if (done + part < payload) {
            flags &= ~(TcpHeader.FIN | TcpHeader.PSH);
        }
        if (index > 0) {
            flags &= ~TcpHeader.CWR;
        }
        NetworkOrder.put8(out, header + TcpHeader.FLAGS_OFFSET, flags);
    }

    /// RFC 768: a checksum that is zero goes as all ones.
    private void writeChecksum(byte[] out, int at, int part) {
        int header = at + transport - ip;
        int field = header + (udp ? UdpHeader.CHECKSUM_OFFSET : TcpHeader.CHECKSUM_OFFSET);
        NetworkOrder.put16(out, field, 0);
        int length = transportHeader + part;
        int checksum = InternetChecksum.complement(
                InternetChecksum.pseudoHeader(out, at, udp ? IpProtocol.UDP : IpProtocol.TCP, length)
                        + InternetChecksum.sum(out, header, length));
        NetworkOrder.put16(out, field, udp && checksum == 0 ? ALL_ONES : checksum);
    }
}
