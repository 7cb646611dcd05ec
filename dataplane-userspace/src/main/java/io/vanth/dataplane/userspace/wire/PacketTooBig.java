package io.vanth.dataplane.userspace.wire;

/// The ICMP message that tells a sender its packet does not fit: "fragmentation needed" (RFC 792, RFC 1191 section 4) or
/// ICMPv6 "packet too big" (RFC 4443 section 3.2), as an IP packet from the destination back to the sender.
///
///     +---------------+---------------+-------------------------------+
///     |     type      |     code      |           checksum            |
///     +---------------+---------------+-------------------------------+
///     |  IPv4: 0      |  IPv4: next-hop MTU (16 bits); IPv6: MTU (32) |
///     +-------------------------------+-------------------------------+
///     |            the packet that did not fit, or its start          |
public final class PacketTooBig {
    /// The longest message: IPv6 lets it fill the minimal MTU.
    public static final int MAX_LENGTH = 1280;
    /// No IPv6 link has a smaller MTU (RFC 8200 section 5), so none is reported.
    public static final int MIN_MTU_IPV6 = 1280;
    /// What every host takes (RFC 791 section 3.1). Less is believed of nobody: a forged word would make packets tiny.
    public static final int MIN_MTU_IPV4 = 576;
    private static final int MAX_LENGTH_IPV4 = 576;
    private static final int ICMP_HEADER = 8;
    private static final int CHECKSUM_OFFSET = 2;
    private static final int MTU_OFFSET = 4;
    private static final int TTL = 64;
    private static final int UNREACHABLE_FRAGMENTATION_NEEDED = 3 << 8 | 4;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST = 8;
    private static final int PACKET_TOO_BIG = 2 << 8;
    private static final int ICMPV6_FIRST_INFORMATIONAL = 128;
    private static final int IPV6_MULTICAST = 0xFF;
    private static final int IPV4_MULTICAST = 224;

    private PacketTooBig() {}

    /// Whether the packet may be answered at all: no ICMP error about a later fragment, about ICMP errors, or about what
    /// goes to many (RFC 1122 section 3.2.2, RFC 4443 section 2.4; ICMP over IPv4 is left out as a whole but for echo).
    public static boolean mayAnswer(byte[] bytes, int ip, PacketView view) {
        if (view.isLaterFragment()) {
            return false;
        }
        boolean typeThere = view.transport() < ip + view.length();
        if (view.version() == IpVersion.V6) {
            return NetworkOrder.u8(bytes, ip + Ipv6Header.DESTINATION_OFFSET) != IPV6_MULTICAST
                    && (view.protocol() != IpProtocol.ICMPV6
                            || typeThere && NetworkOrder.u8(bytes, view.transport()) >= ICMPV6_FIRST_INFORMATIONAL);
        }
        return NetworkOrder.u8(bytes, ip + Ipv4Header.DESTINATION_OFFSET) < IPV4_MULTICAST
                && (view.protocol() != IpProtocol.ICMP
                        || typeThere && isEcho(NetworkOrder.u8(bytes, view.transport())));
    }

    private static boolean isEcho(int type) {
        return type == ECHO_REPLY || type == ECHO_REQUEST;
    }

    /// The least MTU that is reported of an IP version.
    public static int minMtu(int version) {
        return version == IpVersion.V4 ? MIN_MTU_IPV4 : MIN_MTU_IPV6;
    }

    /// Writes the answer to the packet at `ip` of `bytes` to `at` of `answer`, which has [#MAX_LENGTH] bytes there.
    ///
    /// @return the length of the answer
    public static int write(byte[] bytes, int ip, PacketView view, int mtu, byte[] answer, int at) {
        return view.version() == IpVersion.V4
                ? writeIpv4(bytes, ip, view.length(), mtu, answer, at)
                : writeIpv6(bytes, ip, view.length(), mtu, answer, at);
    }

    private static int writeIpv4(byte[] bytes, int ip, int length, int mtu, byte[] answer, int at) {
        int quoted = Math.min(length, MAX_LENGTH_IPV4 - Ipv4Header.MIN_LENGTH - ICMP_HEADER);
        int icmp = at + Ipv4Header.MIN_LENGTH;
        int total = Ipv4Header.MIN_LENGTH + ICMP_HEADER + quoted;
        System.arraycopy(bytes, ip + Ipv4Header.DESTINATION_OFFSET, answer, at + Ipv4Header.SOURCE_OFFSET,
                Ipv4Header.ADDRESS_LENGTH);
        System.arraycopy(bytes, ip + Ipv4Header.SOURCE_OFFSET, answer, at + Ipv4Header.DESTINATION_OFFSET,
                Ipv4Header.ADDRESS_LENGTH);
        Ipv4Header.write(answer, at, total, TTL, IpProtocol.ICMP);
        NetworkOrder.put32(answer, icmp, UNREACHABLE_FRAGMENTATION_NEEDED << 16);
        NetworkOrder.put32(answer, icmp + MTU_OFFSET, mtu);
        System.arraycopy(bytes, ip, answer, icmp + ICMP_HEADER, quoted);
        NetworkOrder.put16(answer, icmp + CHECKSUM_OFFSET,
                InternetChecksum.complement(InternetChecksum.sum(answer, icmp, ICMP_HEADER + quoted)));
        return total;
    }

    private static int writeIpv6(byte[] bytes, int ip, int length, int mtu, byte[] answer, int at) {
        int quoted = Math.min(length, MAX_LENGTH - Ipv6Header.LENGTH - ICMP_HEADER);
        int icmp = at + Ipv6Header.LENGTH;
        int payload = ICMP_HEADER + quoted;
        System.arraycopy(bytes, ip + Ipv6Header.DESTINATION_OFFSET, answer, at + Ipv6Header.SOURCE_OFFSET,
                Ipv6Header.ADDRESS_LENGTH);
        System.arraycopy(bytes, ip + Ipv6Header.SOURCE_OFFSET, answer, at + Ipv6Header.DESTINATION_OFFSET,
                Ipv6Header.ADDRESS_LENGTH);
        Ipv6Header.write(answer, at, payload, TTL, IpProtocol.ICMPV6);
        NetworkOrder.put32(answer, icmp, PACKET_TOO_BIG << 16);
        NetworkOrder.put32(answer, icmp + MTU_OFFSET, Math.max(mtu, MIN_MTU_IPV6));
        System.arraycopy(bytes, ip, answer, icmp + ICMP_HEADER, quoted);
        long sum = InternetChecksum.pseudoHeader(answer, at, IpProtocol.ICMPV6, payload)
                + InternetChecksum.sum(answer, icmp, payload);
        NetworkOrder.put16(answer, icmp + CHECKSUM_OFFSET, InternetChecksum.complement(sum));
        return Ipv6Header.LENGTH + payload;
    }
}
