package io.vanth.dataplane.testkit;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/// Inner packets as a host would send them: UDP over IPv4 or IPv6 with right lengths and checksums.
public final class InnerPackets {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;
    private static final int UDP = 17;
    private static final int TTL = 64;
    private static final int IPV4_CHECKSUM_OFFSET = 10;
    private static final int UDP_CHECKSUM_OFFSET = 6;

    private InnerPackets() {}

    /// A UDP packet between two addresses of one family, given as text.
    public static byte[] udp(String source, int sourcePort, String destination, int destinationPort, byte[] payload) {
        byte[] from = InetAddress.ofLiteral(source).getAddress();
        byte[] to = InetAddress.ofLiteral(destination).getAddress();
        int udpLength = UDP_HEADER + payload.length;
        int ipHeader = from.length == 4 ? IPV4_HEADER : IPV6_HEADER;
        ByteBuffer packet = ByteBuffer.allocate(ipHeader + udpLength);
        if (from.length == 4) {
            packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0x4000).put((byte) TTL)
                    .put((byte) UDP).putShort((short) 0).put(from).put(to);
            packet.putShort(IPV4_CHECKSUM_OFFSET, complement(sum(packet.array(), 0, IPV4_HEADER)));
        } else {
            packet.putInt(0x6000_0000).putShort((short) udpLength).put((byte) UDP).put((byte) TTL).put(from).put(to);
        }
        packet.putShort((short) sourcePort).putShort((short) destinationPort).putShort((short) udpLength)
                .putShort((short) 0).put(payload);
        long sum = sum(from, 0, from.length) + sum(to, 0, to.length) + UDP + udpLength
                + sum(packet.array(), ipHeader, udpLength);
        packet.putShort(ipHeader + UDP_CHECKSUM_OFFSET, complement(sum));
        return packet.array();
    }

    private static long sum(byte[] bytes, int offset, int length) {
        long sum = 0;
        for (int index = 0; index < length; index++) {
            int value = Byte.toUnsignedInt(bytes[offset + index]);
            sum += index % 2 == 0 ? value << 8 : value;
        }
        return sum;
    }

    private static short complement(long sum) {
        long folded = sum;
        while (folded > 0xFFFF) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
