package io.vanth.dataplane.userspace.wire;

/// Computes the checksum of TCP, UDP and ICMPv6 anew, after addresses have changed.
public final class TransportChecksum {
    private static final int ICMPV6_CHECKSUM_OFFSET = 2;
    private static final int ALL_ONES = 0xFFFF;

    private TransportChecksum() {}

    /// Renews the checksum in the upper layer of `length` bytes, `header` bytes behind `ip`. An UDP packet over IPv4 may
    /// have none, and keeps none.
    public static void renew(byte[] bytes, int ip, int header, int protocol, int length) {
        int offset = switch (protocol) {
            case IpProtocol.TCP -> TcpHeader.CHECKSUM_OFFSET;
            case IpProtocol.UDP -> UdpHeader.CHECKSUM_OFFSET;
            case IpProtocol.ICMPV6 -> ICMPV6_CHECKSUM_OFFSET;
            default -> -1;
        };
        int upper = ip + header;
        if (offset < 0 || offset + Short.BYTES > length
                || protocol == IpProtocol.UDP && NetworkOrder.u16(bytes, upper + offset) == 0) {
            return;
        }
        NetworkOrder.put16(bytes, upper + offset, 0);
        int checksum = InternetChecksum.complement(InternetChecksum.pseudoHeader(bytes, ip, protocol, length)
                + InternetChecksum.sum(bytes, upper, length));
        NetworkOrder.put16(bytes, upper + offset,
                checksum == 0 && protocol == IpProtocol.UDP ? ALL_ONES : checksum);
    }
}
