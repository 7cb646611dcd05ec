package io.vanth.dataplane;

import java.net.InetAddress;

/// One side of the packets that a policy or an SA is for: addresses, an IP protocol (0 for any) and a range of ports
/// (0 to 65535 for any). ICMP and ICMPv6 have the message instead of ports: its type in the upper 8 bits, its code in the
/// lower ones (RFC 4301 section 4.4.1.1), on both sides the same.
public record TrafficSelector(AddressRange addresses, int protocol, int firstPort, int lastPort) {
    /// The IP protocol number that stands for any.
    public static final int ANY_PROTOCOL = 0;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int MAX_PROTOCOL = 255;
    /// Of a type of ICMP.
    private static final int CODES = 256;
    /// The highest port.
    public static final int MAX_PORT = 65_535;

    public TrafficSelector {
        if (protocol < 0 || protocol > MAX_PROTOCOL) {
            throw new IllegalArgumentException("IP protocol " + protocol);
        }
        if (firstPort < 0 || firstPort > lastPort || lastPort > MAX_PORT) {
            throw new IllegalArgumentException("ports %d to %d".formatted(firstPort, lastPort));
        }
    }

    /// All protocols and ports of a range of addresses.
    public static TrafficSelector of(AddressRange addresses) {
        return new TrafficSelector(addresses, ANY_PROTOCOL, 0, MAX_PORT);
    }

    /// All protocols and ports of a network, address or range, see [AddressRange#parse(String)].
    public static TrafficSelector parse(String text) {
        return of(AddressRange.parse(text));
    }

    /// Whether the selector leaves all ports open.
    public boolean anyPort() {
        return firstPort == 0 && lastPort == MAX_PORT;
    }

    /// Whether the range is one of ICMP messages, not of ports.
    public boolean hasMessages() {
        return isIcmp(protocol);
    }

    private static boolean isIcmp(int ipProtocol) {
        return ipProtocol == ICMP || ipProtocol == ICMPV6;
    }

    /// Whether a packet end is within the selector; `port` (of ICMP the message) counts only where the selector restricts
    /// ports, and ports of any protocol are no messages.
    public boolean matches(InetAddress address, int ipProtocol, int port) {
        return addresses.contains(address) && (protocol == ANY_PROTOCOL || protocol == ipProtocol)
                && (anyPort() || port >= firstPort && port <= lastPort
                        && (protocol != ANY_PROTOCOL || !isIcmp(ipProtocol)));
    }

    /// Whether everything that `other` selects is selected here too.
    public boolean contains(TrafficSelector other) {
        return addresses.contains(other.addresses) && (protocol == ANY_PROTOCOL || protocol == other.protocol)
                && firstPort <= other.firstPort && other.lastPort <= lastPort;
    }

    @Override
    public String toString() {
        if (hasMessages() && !anyPort()) {
            int type = firstPort / CODES;
            String code = firstPort == lastPort ? " code " + firstPort % CODES : "";
            boolean whole = firstPort % CODES == 0 && lastPort == firstPort + CODES - 1;
            if (whole || firstPort == lastPort) {
                return "%s[%s type %d%s]".formatted(addresses, protocol == ICMP ? "icmp" : "icmpv6", type, code);
            }
        }
        String what = protocol == ANY_PROTOCOL && anyPort()
                ? ""
                : "[" + (protocol == ANY_PROTOCOL ? "any" : protocol)
                        + (anyPort() ? "" : "/" + firstPort + (firstPort == lastPort ? "" : "-" + lastPort)) + "]";
        return addresses + what;
    }
}
