package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// What an inbound agent tells of packets that it refuses: the audit of RFC 4301 section 4.4.1 and unknown SPIs, each at a
/// limited rate.
final class InboundReports {
    private static final int UNKNOWN_SPIS_PER_SECOND = 10;

    private final EspTransport transport;
    private final ControlProxy control;
    private final Audit audit;
    private final RateLimit unknownSpis = new RateLimit(UNKNOWN_SPIS_PER_SECOND);

    InboundReports(EspTransport transport, ControlProxy control) {
        this.transport = transport;
        this.control = control;
        this.audit = new Audit(control);
    }

    /// A packet for which there is no SA.
    void unknown(SecuredPacket packet, Endpoint sender, long now) {
        if (packet.holdsSpi() && audit.wants(AuditEvent.Kind.UNKNOWN_SPI, now)) {
            audit.tell(AuditEvent.Kind.UNKNOWN_SPI, packet.spi(), sender.inetAddress(), destination(packet),
                    sequenceOf(packet), now);
        }
        if (!unknownSpis.allows(now)) {
            return;
        }
        SecurityProtocol protocol = switch (packet.protocol()) {
            case IpProtocol.AH -> SecurityProtocol.AH;
            case IpProtocol.IPCOMP -> SecurityProtocol.IPCOMP;
            default -> SecurityProtocol.ESP;
        };
        InetSocketAddress from = sender.socketAddress();
        control.report(new DataPlaneEvent.InvalidSpi(protocol, from, destination(packet), packet.spi()));
    }

    /// A fragment.
    void fragment(SecuredPacket packet, Endpoint sender, long now) {
        if (audit.wants(AuditEvent.Kind.FRAGMENT, now)) {
            boolean known = packet.holdsSpi();
            audit.tell(AuditEvent.Kind.FRAGMENT, known ? packet.spi() : 0, sender.inetAddress(), destination(packet),
                    known ? sequenceOf(packet) : 0, now);
        }
    }

    /// A packet of an SA.
    void refused(AuditEvent.Kind kind, InboundSa association, Endpoint sender, long sequence, long now) {
        if (audit.wants(kind, now)) {
            audit.tell(kind, association.spi(), sender.inetAddress(), association.id().destination(), sequence, now);
        }
    }

    private InetAddress destination(SecuredPacket packet) {
        return packet.isHeadless()
                ? transport.local().getAddress()
                : Addresses.of(packet.version(), packet.destinationHigh(), packet.destinationLow());
    }

    private static long sequenceOf(SecuredPacket packet) {
        return packet.protocol() == IpProtocol.IPCOMP ? 0 : Integer.toUnsignedLong(packet.sequence());
    }
}
