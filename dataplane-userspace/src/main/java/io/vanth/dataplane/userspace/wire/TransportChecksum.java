package io.vanth.dataplane.userspace.wire;

/// Computes the checksum of an upper protocol that covers addresses anew, after addresses have changed.
public final class TransportChecksum {
    private static final int ICMPV6_CHECKSUM_OFFSET = 2;
    private static final int ICMPV6_LENGTH = 4;
    private static final int UDP_LITE_COVERAGE_OFFSET = 4;
    private static final int DCCP_DATA_OFFSET = 4;
    private static final int DCCP_COVERAGE_OFFSET = 5;
    private static final int DCCP_COVERAGE_MASK = 0xF;
    private static final int DCCP_CHECKSUM_OFFSET = 6;
    private static final int DCCP_LENGTH = 12;
    private static final int WORD = 4;
    private static final int ALL_ONES = 0xFFFF;

    private TransportChecksum() {}

    /// Renews the checksum in the upper layer of `length` bytes, `header` bytes behind `ip`. A UDP packet over IPv4 may
    /// have none, and keeps none. What is too short or contradicts itself stays as it is.
    public static void renew(byte[] bytes, int ip, int header, int protocol, int length) {
        int upper = ip + header;
        switch (protocol) {
            case IpProtocol.TCP -> {
                if (length >= TcpHeader.MIN_LENGTH) {
                    write(bytes, ip, upper, TcpHeader.CHECKSUM_OFFSET, protocol, length, length);
                }
            }
            case IpProtocol.ICMPV6 -> {
                if (length >= ICMPV6_LENGTH) {
                    write(bytes, ip, upper, ICMPV6_CHECKSUM_OFFSET, protocol, length, length);
                }
            }
            case IpProtocol.UDP -> renewUdp(bytes, ip, upper, length);
            case IpProtocol.UDP_LITE -> renewUdpLite(bytes, ip, upper, length);
            case IpProtocol.DCCP -> renewDccp(bytes, ip, upper, length);
            default -> {
            }
        }
    }

    /// UDP says itself how long it is: what stands behind is padding against traffic analysis (RFC 4303 section 2.7).
    private static void renewUdp(byte[] bytes, int ip, int upper, int length) {
        if (length < UdpHeader.LENGTH) {
            return;
        }
        int said = NetworkOrder.u16(bytes, upper + UdpHeader.LENGTH_OFFSET);
        if (said >= UdpHeader.LENGTH && said <= length
                && NetworkOrder.u16(bytes, upper + UdpHeader.CHECKSUM_OFFSET) != 0) {
            write(bytes, ip, upper, UdpHeader.CHECKSUM_OFFSET, IpProtocol.UDP, said, said);
        }
    }

    /// RFC 3828 section 3.1: where UDP has its length, UDP-Lite says how much is covered; 0 is all.
    private static void renewUdpLite(byte[] bytes, int ip, int upper, int length) {
        if (length < UdpHeader.LENGTH) {
            return;
        }
        int said = NetworkOrder.u16(bytes, upper + UDP_LITE_COVERAGE_OFFSET);
        int covered = said == 0 ? length : said;
        if (covered >= UdpHeader.LENGTH && covered <= length) {
            write(bytes, ip, upper, UdpHeader.CHECKSUM_OFFSET, IpProtocol.UDP_LITE, length, covered);
        }
    }

    /// RFC 4340 section 9.2: 0 covers all, else header and options are covered and so many words less one of data.
    private static void renewDccp(byte[] bytes, int ip, int upper, int length) {
        if (length < DCCP_LENGTH) {
            return;
        }
        int coverage = NetworkOrder.u8(bytes, upper + DCCP_COVERAGE_OFFSET) & DCCP_COVERAGE_MASK;
        int header = NetworkOrder.u8(bytes, upper + DCCP_DATA_OFFSET) * WORD;
        int covered = coverage == 0 ? length : header + (coverage - 1) * WORD;
        if (header >= DCCP_LENGTH && covered <= length) {
            write(bytes, ip, upper, DCCP_CHECKSUM_OFFSET, IpProtocol.DCCP, length, covered);
        }
    }

    /// @param length  what the pseudo header says
    /// @param covered how much is summed up
    private static void write(byte[] bytes, int ip, int upper, int field, int protocol, int length, int covered) {
        NetworkOrder.put16(bytes, upper + field, 0);
        int checksum = InternetChecksum.complement(InternetChecksum.pseudoHeader(bytes, ip, protocol, length)
                + InternetChecksum.sum(bytes, upper, covered));
        boolean zeroMeansNone = protocol == IpProtocol.UDP || protocol == IpProtocol.UDP_LITE;
        NetworkOrder.put16(bytes, upper + field, checksum == 0 && zeroMeansNone ? ALL_ONES : checksum);
    }
}
