package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import io.vanth.dataplane.userspace.wire.TrafficClass;
import io.vanth.dataplane.userspace.wire.TransportChecksum;

/// What a mode does to an inbound packet once its layer is off: the payload is an IP packet, or the headers in front of
/// the layer get it back. For one thread.
///
/// In transport mode over UDP the headers are made from the addresses that the packet came with, and a checksum of the
/// payload, which a NAT could not keep right, is computed anew: the payload is authentic (RFC 3948 section 3.1.2).
final class Exit {
    private static final int MAX_PACKET = 65_535;
    private static final int HOP_LIMIT = 64;

    private final boolean tunnel;
    private final boolean ecn;
    private final byte[] own;

    Exit(SecurityAssociation association) {
        tunnel = association.mode() == Mode.TUNNEL;
        ecn = association.outer().ecn();
        own = association.id().destination().getAddress();
    }

    /// Bytes of headers that are to be in front of the payload.
    int headerLength(SecuredPacket packet) {
        if (tunnel) {
            return 0;
        }
        if (!packet.isHeadless()) {
            return packet.headerLength();
        }
        return own.length == Ipv4Header.ADDRESS_LENGTH ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
    }

    /// Completes the packet whose payload of `length` bytes stands behind the place of its headers at `out[at]`.
    ///
    /// @return the packet's length, or why there is none
    int complete(SecuredPacket packet, Endpoint sender, int nextHeader, byte[] out, int at, int length) {
        if (nextHeader == IpProtocol.NONE) {
            return Unwrapper.DUMMY;
        }
        if (tunnel) {
            return leaveTunnel(packet, nextHeader, out, at, length);
        }
        int total = headerLength(packet) + length;
        if (total > MAX_PACKET) {
            return Unwrapper.MALFORMED;
        }
        if (!packet.isHeadless()) {
            packet.rewrite(out, at, nextHeader, total);
            return total;
        }
        return sender.address().length == own.length
                ? writeHeader(sender.address(), nextHeader, out, at, total)
                : Unwrapper.MALFORMED;
    }

    private int leaveTunnel(SecuredPacket packet, int nextHeader, byte[] out, int at, int length) {
        if (nextHeader != IpProtocol.IPV4 && nextHeader != IpProtocol.IPV6) {
            return Unwrapper.BAD_NEXT_HEADER;
        }
        boolean ipv4 = nextHeader == IpProtocol.IPV4;
        if (length < (ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH)
                || ipv4 != (IpVersion.of(out, at) == IpVersion.V4)) {
            return Unwrapper.MALFORMED;
        }
        return packet.isHeadless() || !ecn || TrafficClass.leaveTunnel(out, at, packet.trafficClass())
                ? length
                : Unwrapper.CONGESTED;
    }

    private int writeHeader(byte[] source, int nextHeader, byte[] out, int at, int total) {
        boolean ipv4 = source.length == Ipv4Header.ADDRESS_LENGTH;
        int header = ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        System.arraycopy(source, 0, out, at + header - 2 * source.length, source.length);
        System.arraycopy(own, 0, out, at + header - source.length, source.length);
        if (ipv4) {
            Ipv4Header.write(out, at, total, HOP_LIMIT, nextHeader);
        } else {
            Ipv6Header.write(out, at, total - header, HOP_LIMIT, nextHeader);
        }
        TransportChecksum.renew(out, at, header, nextHeader, total - header);
        return total;
    }
}
