package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.SecuredPacket;

/// The packet's own headers, options and extension headers included.
///
/// RFC 4303 section 3.3.4: "In transport mode, ESP is applied only to whole IP datagrams (not to an IP fragment)." RFC
/// 4302 section 3.3.4 says the same of AH.
final class TransportEnvelope extends Envelope {
    private final SecuredPacket packet = new SecuredPacket();
    private final Identifications identifications;

    TransportEnvelope(Identifications identifications) {
        this.identifications = identifications;
    }

    @Override
    int read(byte[] plain, int offset, int length) {
        if (!packet.read(plain, offset, length)) {
            return Wrapper.MALFORMED;
        }
        return packet.isFragment() ? Wrapper.FRAGMENT : GOOD;
    }

    @Override
    int version() {
        return packet.version();
    }

    @Override
    int headerLength() {
        return packet.headerLength();
    }

    @Override
    int payload() {
        return packet.payload();
    }

    @Override
    int payloadLength() {
        return packet.payloadLength();
    }

    @Override
    int payloadOf(int length) {
        return length - packet.headerLength();
    }

    @Override
    int innerTrafficClass() {
        return packet.trafficClass();
    }

    @Override
    int nextHeader() {
        return packet.protocol();
    }

    /// A raw socket replaces an identification of 0, which AH covers; so it gets one here.
    @Override
    void write(byte[] out, int at, int protocol, int total) {
        packet.rewrite(out, at, protocol, total);
        if (packet.version() == IpVersion.V4
                && NetworkOrder.u16(out, at + Ipv4Header.IDENTIFICATION_OFFSET) == 0) {
            NetworkOrder.put16(out, at + Ipv4Header.IDENTIFICATION_OFFSET, identifications.next());
            Ipv4Header.writeChecksum(out, at);
        }
    }
}
