package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.util.Arrays;

/// What may change in IP headers on their way, and so counts as zero for AH: RFC 4302 section 3.3.3.1 and appendix A.
///
/// | header | zero |
/// | --- | --- |
/// | IPv4 | TOS, flags, fragment offset, TTL, checksum; all options but those of appendix A1 that never change |
/// | IPv6 | traffic class, flow label, hop limit |
/// | hop-by-hop, destination options | the data of options that say that it changes |
final class MutableFields {
    private static final int IPV6_VERSION_ALONE = 0x6000_0000;
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int SECURITY = 130;
    private static final int EXTENDED_SECURITY = 133;
    private static final int COMMERCIAL_SECURITY = 134;
    private static final int ROUTER_ALERT = 148;
    private static final int SENDER_DIRECTED = 149;
    private static final int LOOSE_ROUTE = 131;
    private static final int STRICT_ROUTE = 137;
    private static final int SHORTEST_ROUTE = 7;
    private static final int OPTION_HEADER = 2;
    private static final int EXTENSION_UNIT = 8;
    private static final int SEGMENTS_LEFT_OFFSET = 3;
    private static final int PAD_1 = 0;
    private static final int CHANGES = 0x20;

    private MutableFields() {}

    /// Writes zero over them in the headers of `length` bytes at `ip`.
    ///
    /// @param leaving whether the packet is yet to be sent, so that a source route lies before it, not behind
    /// @return false when options do not fit, or the packet's destination cannot be told
    static boolean clear(byte[] bytes, int ip, int length, boolean leaving) {
        if (IpVersion.of(bytes, ip) == IpVersion.V4) {
            NetworkOrder.put8(bytes, ip + Ipv4Header.TOS_OFFSET, 0);
            NetworkOrder.put16(bytes, ip + Ipv4Header.FRAGMENT_OFFSET, 0);
            NetworkOrder.put8(bytes, ip + Ipv4Header.TTL_OFFSET, 0);
            NetworkOrder.put16(bytes, ip + Ipv4Header.CHECKSUM_OFFSET, 0);
            return clearIpv4Options(bytes, ip, ip + length, leaving);
        }
        NetworkOrder.put32(bytes, ip + Ipv6Header.VERSION_OFFSET, IPV6_VERSION_ALONE);
        NetworkOrder.put8(bytes, ip + Ipv6Header.HOP_LIMIT_OFFSET, 0);
        return clearExtensions(bytes, ip, ip + length, leaving);
    }

    private static boolean clearIpv4Options(byte[] bytes, int ip, int end, boolean leaving) {
        int at = ip + Ipv4Header.MIN_LENGTH;
        while (at < end && bytes[at] != END_OF_OPTIONS) {
            int type = NetworkOrder.u8(bytes, at);
            if (type == NO_OPERATION) {
                at++;
                continue;
            }
            int length = at + 1 < end ? NetworkOrder.u8(bytes, at + 1) : 0;
            if (length < OPTION_HEADER || at + length > end) {
                return false;
            }
            if (leaving && (type == LOOSE_ROUTE || type == STRICT_ROUTE) && length >= SHORTEST_ROUTE) {
                System.arraycopy(bytes, at + length - Ipv4Header.ADDRESS_LENGTH, bytes,
                        ip + Ipv4Header.DESTINATION_OFFSET, Ipv4Header.ADDRESS_LENGTH);
            }
            if (!isImmutable(type)) {
                Arrays.fill(bytes, at, at + length, (byte) 0);
            }
            at += length;
        }
        return true;
    }

    private static boolean isImmutable(int type) {
        return switch (type) {
            case SECURITY, EXTENDED_SECURITY, COMMERCIAL_SECURITY, ROUTER_ALERT, SENDER_DIRECTED -> true;
            default -> false;
        };
    }

    private static boolean clearExtensions(byte[] bytes, int ip, int end, boolean leaving) {
        int header = NetworkOrder.u8(bytes, ip + Ipv6Header.NEXT_HEADER_OFFSET);
        int at = ip + Ipv6Header.LENGTH;
        while (at < end) {
            int size = (NetworkOrder.u8(bytes, at + 1) + 1) * EXTENSION_UNIT;
            if (at + size > end) {
                return false;
            }
            if (header == IpProtocol.ROUTING) {
                // The final destination is in the header, in a place that depends on its type (RFC 8200 section 4.4).
                if (leaving && bytes[at + SEGMENTS_LEFT_OFFSET] != 0) {
                    return false;
                }
            } else if (!clearIpv6Options(bytes, at + OPTION_HEADER, at + size)) {
                return false;
            }
            header = NetworkOrder.u8(bytes, at);
            at += size;
        }
        return true;
    }

    private static boolean clearIpv6Options(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end) {
            int type = NetworkOrder.u8(bytes, at);
            if (type == PAD_1) {
                at++;
                continue;
            }
            int data = at + OPTION_HEADER;
            int next = data > end ? data : data + NetworkOrder.u8(bytes, at + 1);
            if (next > end) {
                return false;
            }
            if ((type & CHANGES) != 0) {
                Arrays.fill(bytes, data, next, (byte) 0);
            }
            at = next;
        }
        return true;
    }
}
