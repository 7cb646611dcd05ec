package io.vanth.dataplane.userspace.wire;

/// The IP protocol numbers that the engine knows, from the IANA registry.
public final class IpProtocol {
    /// IPv6 hop-by-hop options.
    public static final int HOP_BY_HOP = 0;
    /// ICMP for IPv4.
    public static final int ICMP = 1;
    /// IPv4 in a tunnel.
    public static final int IPV4 = 4;
    /// TCP.
    public static final int TCP = 6;
    /// UDP.
    public static final int UDP = 17;
    /// IPv6 in a tunnel.
    public static final int IPV6 = 41;
    /// IPv6 routing header.
    public static final int ROUTING = 43;
    /// IPv6 fragment header.
    public static final int FRAGMENT = 44;
    /// ESP.
    public static final int ESP = 50;
    /// AH, which IPv6 walks over as an extension header.
    public static final int AH = 51;
    /// ICMP for IPv6.
    public static final int ICMPV6 = 58;
    /// No next header; in ESP a dummy packet (RFC 4303 section 2.6).
    public static final int NONE = 59;
    /// IPv6 destination options.
    public static final int DESTINATION_OPTIONS = 60;
    /// DCCP, which has ports where UDP has them.
    public static final int DCCP = 33;
    /// IPComp.
    public static final int IPCOMP = 108;
    /// SCTP, which has ports where UDP has them.
    public static final int SCTP = 132;
    /// UDP-Lite, which has ports where UDP has them.
    public static final int UDP_LITE = 136;

    private IpProtocol() {}

    /// Whether the first four bytes of the protocol's header are a source and a destination port.
    public static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case TCP, UDP, DCCP, SCTP, UDP_LITE -> true;
            default -> false;
        };
    }

    /// Whether the header begins with type and code of a message.
    public static boolean hasMessages(int protocol) {
        return protocol == ICMP || protocol == ICMPV6;
    }

    /// Whether an SA stands behind the header: ESP, AH or IPComp.
    public static boolean isSecured(int protocol) {
        return protocol == ESP || protocol == AH || protocol == IPCOMP;
    }
}
