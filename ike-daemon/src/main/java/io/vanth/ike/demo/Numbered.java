package io.vanth.ike.demo;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/// Numbered UDP packets over IPv4:
///
///     |IPv4 20|UDP 8|run 4|number 4|zeros ...|
final class Numbered {
    /// The smallest packet.
    static final int SMALLEST = 36;
    private static final int IP_HEADER = 20;
    private static final int CHECKSUM_OFFSET = 10;
    private static final int RUN_OFFSET = 28;
    static final int NUMBER_OFFSET = 32;
    private static final int PORT = 7;

    private Numbered() {}

    static byte[] packet(InetAddress from, InetAddress to, int run, int number, int length) {
        ByteBuffer packet = ByteBuffer.allocate(length);
        packet.putShort((short) 0x4500).putShort((short) length).putInt(0x4000).put((byte) 64).put((byte) 17)
                .putShort((short) 0).put(from.getAddress()).put(to.getAddress());
        packet.putShort((short) PORT).putShort((short) PORT).putShort((short) (length - IP_HEADER))
                .putShort((short) 0); // RFC 768: no checksum
        packet.putInt(run).putInt(number).putShort(CHECKSUM_OFFSET, checksum(packet));
        return packet.array();
    }

    private static short checksum(ByteBuffer packet) {
        int sum = 0;
        for (int offset = 0; offset < IP_HEADER; offset += Short.BYTES) {
            sum += Short.toUnsignedInt(packet.getShort(offset));
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~((sum & 0xFFFF) + (sum >>> 16));
    }

    static int run(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(RUN_OFFSET);
    }

    static int number(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt(NUMBER_OFFSET);
    }
}
