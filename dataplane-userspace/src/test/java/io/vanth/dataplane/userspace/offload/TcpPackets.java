package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.wire.InternetChecksum;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.TcpHeader;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/// TCP packets with right checksums between 10.1.0.1 and 10.2.0.1, or fd01::1 and fd02::1, with a timestamp option.
public final class TcpPackets {
    /// The IPv4 identification.
    public static final int IDENTIFICATION = 0x1234;
    private static final int TCP_HEADER = 32;

    private TcpPackets() {}

    /// Bytes that differ from place to place.
    public static byte[] payload(int length) {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++) {
            bytes[index] = (byte) (index * 31 ^ index >>> 8);
        }
        return bytes;
    }

    /// A packet with these flags and this payload.
    public static byte[] tcp(boolean ipv4, int sequence, int flags, byte[] payload) {
        int ipHeader = ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int tcpLength = TCP_HEADER + payload.length;
        ByteBuffer packet = ByteBuffer.allocate(ipHeader + tcpLength);
        if (ipv4) {
            packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putShort((short) IDENTIFICATION)
                    .putShort((short) 0x4000).put((byte) 64).put((byte) IpProtocol.TCP).putShort((short) 0)
                    .put(address("10.1.0.1")).put(address("10.2.0.1"));
            Ipv4Header.writeChecksum(packet.array(), 0);
        } else {
            packet.putInt(0x6000_0000).putShort((short) tcpLength).put((byte) IpProtocol.TCP).put((byte) 64)
                    .put(address("fd01::1")).put(address("fd02::1"));
        }
        packet.putShort((short) 40_000).putShort((short) 80).putInt(sequence).putInt(0x0102_0304)
                .put((byte) (TCP_HEADER / 4 << 4)).put((byte) flags).putShort((short) 5000).putInt(0)
                .putInt(0x0101_080A).putInt(99).putInt(98).put(payload);
        long sum = InternetChecksum.pseudoHeader(packet.array(), 0, IpProtocol.TCP, tcpLength)
                + InternetChecksum.sum(packet.array(), ipHeader, tcpLength);
        packet.putShort(ipHeader + TcpHeader.CHECKSUM_OFFSET, (short) InternetChecksum.complement(sum));
        return packet.array();
    }

    private static byte[] address(String text) {
        return InetAddress.ofLiteral(text).getAddress();
    }
}
