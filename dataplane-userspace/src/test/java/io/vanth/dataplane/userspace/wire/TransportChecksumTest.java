package io.vanth.dataplane.userspace.wire;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// After an address has changed a receiver finds the checksum right: it sums up what RFC 768, 3828, 4340 and 9293 say.
final class TransportChecksumTest {
    private static final int LENGTH = 64;

    /// @param length  what the pseudo header says
    /// @param covered how much of the payload is summed up
    @ParameterizedTest
    @CsvSource({"6, -1, 0, 16, 64, 64", "17, 4, 64, 6, 64, 64", "17, 4, 50, 6, 50, 50", "17, 4, 8, 6, 8, 8",
            "136, 4, 0, 6, 64, 64", "136, 4, 8, 6, 64, 8", "136, 4, 20, 6, 64, 20", "33, 4, 0x0400, 6, 64, 64",
            "33, 4, 0x0401, 6, 64, 16", "33, 4, 0x0403, 6, 64, 24"})
    void isRightAfterTheAddressChanged(int protocol, int field, String value, int checksum, int length, int covered) {
        for (boolean ipv6 : new boolean[]{false, true}) {
            byte[] packet = packet(ipv6, protocol);
            int header = packet.length - LENGTH;
            if (field >= 0) {
                NetworkOrder.put16(packet, header + field, Integer.decode(value));
            }
            NetworkOrder.put16(packet, header + checksum, 0x1234);
            TransportChecksum.renew(packet, 0, header, protocol, LENGTH);
            assertEquals(0xFFFF, receiversSum(packet, header, protocol, length, covered), "IPv6 " + ipv6);
        }
    }

    /// No checksum, impossible lengths: nobody could say what is right.
    @ParameterizedTest
    @CsvSource({"17, 4, 64, 0", "17, 4, 65, 0x1234", "17, 4, 7, 0x1234", "136, 4, 7, 0x1234", "136, 4, 65, 0x1234",
            "33, 4, 0x0200, 0x1234", "33, 4, 0x040F, 0x1234", "132, 4, 0, 0x1234"})
    void staysAsItIs(int protocol, int field, String value, String checksum) {
        byte[] packet = packet(false, protocol);
        int header = packet.length - LENGTH;
        NetworkOrder.put16(packet, header + field, Integer.decode(value));
        NetworkOrder.put16(packet, header + 6, Integer.decode(checksum));
        TransportChecksum.renew(packet, 0, header, protocol, LENGTH);
        assertEquals(Integer.decode(checksum), NetworkOrder.u16(packet, header + 6));
    }

    private static byte[] packet(boolean ipv6, int protocol) {
        byte[] source = InetAddress.ofLiteral(ipv6 ? "2001:db8::7" : "203.0.113.5").getAddress();
        byte[] destination = InetAddress.ofLiteral(ipv6 ? "2001:db8::2" : "192.0.2.2").getAddress();
        int header = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        byte[] packet = new byte[header + LENGTH];
        new Random(protocol).nextBytes(packet);
        System.arraycopy(source, 0, packet, header - 2 * source.length, source.length);
        System.arraycopy(destination, 0, packet, header - source.length, source.length);
        if (ipv6) {
            Ipv6Header.write(packet, 0, LENGTH, 64, protocol);
        } else {
            Ipv4Header.write(packet, 0, packet.length, 64, protocol);
        }
        return packet;
    }

    /// Word by word, as RFC 1071 defines it.
    private static int receiversSum(byte[] packet, int header, int protocol, int length, int covered) {
        int addresses = header == Ipv6Header.LENGTH ? 32 : 8;
        long sum = (long) protocol + length;
        for (int at = header - addresses; at < header; at += 2) {
            sum += NetworkOrder.u16(packet, at);
        }
        for (int at = 0; at < covered; at += 2) {
            sum += at + 1 < covered
                    ? NetworkOrder.u16(packet, header + at)
                    : NetworkOrder.u8(packet, header + at) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (int) sum;
    }
}
