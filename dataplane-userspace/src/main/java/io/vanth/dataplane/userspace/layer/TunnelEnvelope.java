package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.TrafficClass;

/// A new IP header between the ends of the tunnel, RFC 4301 section 5.1.2, with ECN after RFC 6040 section 4.1 (normal
/// mode). Of an IPv6 packet inside, an IPv4 header outside copies that it must not be fragmented.
final class TunnelEnvelope extends Envelope {
    private static final int HOP_LIMIT = 64;

    private final byte[] header;
    private final boolean ipv4;
    private final OuterHeader outer;
    private final Identifications identifications;
    private byte[] plain;
    private int offset;
    private int length;
    private int inner;

    TunnelEnvelope(SecurityAssociation association, Identifications identifications) {
        this.identifications = identifications;
        byte[] source = association.source().getAddress();
        byte[] destination = association.id().destination().getAddress();
        ipv4 = source.length == Ipv4Header.ADDRESS_LENGTH;
        outer = association.outer();
        header = new byte[ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH];
        System.arraycopy(source, 0, header, header.length - 2 * source.length, source.length);
        System.arraycopy(destination, 0, header, header.length - source.length, source.length);
    }

    @Override
    int read(byte[] packet, int at, int size) {
        plain = packet;
        offset = at;
        length = size;
        inner = IpVersion.of(packet, at);
        return GOOD;
    }

    @Override
    int version() {
        return ipv4 ? IpVersion.V4 : IpVersion.V6;
    }

    @Override
    int headerLength() {
        return header.length;
    }

    @Override
    int payload() {
        return offset;
    }

    @Override
    int payloadLength() {
        return length;
    }

    @Override
    int payloadOf(int whole) {
        return whole;
    }

    @Override
    int innerTrafficClass() {
        return TrafficClass.of(plain, offset);
    }

    @Override
    int nextHeader() {
        return inner == IpVersion.V4 ? IpProtocol.IPV4 : IpProtocol.IPV6;
    }

    @Override
    void write(byte[] out, int at, int protocol, int total) {
        System.arraycopy(header, 0, out, at, header.length);
        int trafficClass = TrafficClass.outer(TrafficClass.of(plain, offset), outer.copyDscp(), outer.ecn());
        if (ipv4) {
            Ipv4Header.write(out, at, trafficClass, identifications.next(), dontFragment(), total, HOP_LIMIT, protocol);
        } else {
            Ipv6Header.write(out, at, trafficClass, total - Ipv6Header.LENGTH, HOP_LIMIT, protocol);
        }
    }

    private boolean dontFragment() {
        return switch (outer.dontFragment()) {
            case CLEAR -> false;
            case SET -> true;
            case COPY -> inner == IpVersion.V6 || Ipv4Header.dontFragment(plain, offset);
        };
    }
}
