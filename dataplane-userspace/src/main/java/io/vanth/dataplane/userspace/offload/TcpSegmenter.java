package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.TcpHeader;

/// Cuts a TCP super-packet into segments, each a whole packet with right lengths, identification, sequence number, flags
/// and checksums: FIN and PSH on the last, CWR on the first.
///
///     segmenter.start(bytes, ip, view, size)
///     while ((length = segmenter.next(out, at)) > 0) ...
public final class TcpSegmenter {
    private byte[] bytes;
    private int ip;
    private int version;
    private int tcp;
    private int headers;
    private int tcpHeader;
    private int size;
    private int payload;
    private int done;
    private int index;

    public TcpSegmenter() {}

    /// Takes up the super-packet at `from`, which `view` has read, to be cut into segments of `segmentSize` bytes of
    /// payload.
    ///
    /// @return false when it is no TCP packet that can be cut
    public boolean start(byte[] packet, int from, PacketView view, int segmentSize) {
        if (view.protocol() != IpProtocol.TCP || view.isFragment() || segmentSize <= 0) {
            return false;
        }
        int end = from + view.length();
        if (view.transport() + TcpHeader.MIN_LENGTH > end) {
            return false;
        }
        bytes = packet;
        ip = from;
        version = view.version();
        tcp = view.transport();
        tcpHeader = TcpHeader.length(packet, tcp);
        headers = tcp - from + tcpHeader;
        size = segmentSize;
        payload = view.length() - headers;
        done = 0;
        index = 0;
        return tcpHeader >= TcpHeader.MIN_LENGTH && payload > 0;
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
        writeTcp(out, at, part);
        done += part;
        index++;
        return headers + part;
    }

    private void writeIp(byte[] out, int at, int length) {
        if (version == IpVersion.V4) {
            int identification = NetworkOrder.u16(bytes, ip + Ipv4Header.IDENTIFICATION_OFFSET) + index;
            NetworkOrder.put16(out, at + Ipv4Header.IDENTIFICATION_OFFSET, identification);
            NetworkOrder.put16(out, at + Ipv4Header.TOTAL_LENGTH_OFFSET, length);
            Ipv4Header.writeChecksum(out, at);
        } else {
            NetworkOrder.put16(out, at + Ipv6Header.PAYLOAD_LENGTH_OFFSET, length - Ipv6Header.LENGTH);
        }
    }

    private void writeTcp(byte[] out, int at, int part) {
        int header = at + tcp - ip;
        NetworkOrder.put32(out, header + TcpHeader.SEQUENCE_OFFSET, TcpHeader.sequence(bytes, tcp) + done);
        int flags = TcpHeader.flags(bytes, tcp);
        if (done + part < payload) {
            flags &= ~(TcpHeader.FIN | TcpHeader.PSH);
        }
        if (index > 0) {
            flags &= ~TcpHeader.CWR;
        }
        NetworkOrder.put8(out, header + TcpHeader.FLAGS_OFFSET, flags);
        NetworkOrder.put16(out, header + TcpHeader.CHECKSUM_OFFSET, 0);
        long sum = InternetChecksum.pseudoHeader(out, at, IpProtocol.TCP, tcpHeader + part)
                + InternetChecksum.sum(out, header, tcpHeader + part);
        NetworkOrder.put16(out, header + TcpHeader.CHECKSUM_OFFSET, InternetChecksum.complement(sum));
    }
}
