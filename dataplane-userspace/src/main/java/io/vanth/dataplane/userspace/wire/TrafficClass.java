package io.vanth.dataplane.userspace.wire;

/// The traffic class of IPv6, the TOS of IPv4: six bits of DSCP (RFC 2474) and two of ECN (RFC 3168).
///
///     +---+---+---+---+---+---+---+---+
///     |         DSCP          |  ECN  |
///     +---+---+---+---+---+---+---+---+
public final class TrafficClass {
    private static final int DSCP_MASK = 0xFC;
    private static final int ECN_MASK = 0x03;
    private static final int NOT_CAPABLE = 0;
    private static final int CAPABLE_1 = 1;
    private static final int CAPABLE_0 = 2;
    private static final int CONGESTED = 3;

    private TrafficClass() {}

    /// The traffic class of the packet at `ip`.
    public static int of(byte[] bytes, int ip) {
        return IpVersion.of(bytes, ip) == IpVersion.V4
                ? NetworkOrder.u8(bytes, ip + Ipv4Header.TOS_OFFSET)
                : Ipv6Header.trafficClass(bytes, ip);
    }

    /// The traffic class of a tunnel's header over a packet of class `inner`.
    public static int outer(int inner, boolean copyDscp, boolean copyEcn) {
        return (copyDscp ? inner & DSCP_MASK : 0) | (copyEcn ? inner & ECN_MASK : 0);
    }

    /// Takes what happened to the tunnel's header of class `outer` over to the packet at `ip` that left the tunnel, RFC
    /// 6040 section 4.2, figure 4.
    ///
    /// @return false when the packet is to be dropped: it met congestion, and its ends would not learn of it
    public static boolean leaveTunnel(byte[] bytes, int ip, int outer) {
        int inner = of(bytes, ip);
        int ecn = inner & ECN_MASK;
        return switch (outer & ECN_MASK) {
            case CONGESTED -> {
                if (ecn != NOT_CAPABLE) {
                    put(bytes, ip, inner | CONGESTED);
                }
                yield ecn != NOT_CAPABLE;
            }
            case CAPABLE_1 -> {
                if (ecn == CAPABLE_0) {
                    put(bytes, ip, inner & DSCP_MASK | CAPABLE_1);
                }
                yield true;
            }
            default -> true;
        };
    }

    private static void put(byte[] bytes, int ip, int trafficClass) {
        if (IpVersion.of(bytes, ip) == IpVersion.V4) {
            NetworkOrder.put8(bytes, ip + Ipv4Header.TOS_OFFSET, trafficClass);
            Ipv4Header.writeChecksum(bytes, ip);
        } else {
            Ipv6Header.putTrafficClass(bytes, ip, trafficClass);
        }
    }
}
