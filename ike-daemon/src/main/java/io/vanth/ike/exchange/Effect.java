package io.vanth.ike.exchange;

import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// What the core wants done, in the order of the list. A ticket comes back with the answering [Event].
public sealed interface Effect {
    /// Send a message; the NAT traversal socket adds its marker.
    record Send(Path path, Bytes message) implements Effect {}

    /// Send a NAT keepalive (RFC 3948 section 2.3).
    record SendKeepalive(Path path) implements Effect {}

    /// Do slow arithmetic; answered by [Event.Computed].
    record Compute(long ticket, Computation computation) implements Effect {}

    /// Reserve an SPI for an inbound SA; answered by [Event.SpiAllocated] or [Event.DataPlaneRefused].
    record AllocateSpi(long ticket, SecurityProtocol protocol, InetAddress destination) implements Effect {}

    /// Give a reserved SPI back.
    record ReleaseSpi(SaId id) implements Effect {}

    /// Install an SA; answered by [Event.SaInstalled] or [Event.DataPlaneRefused]. The performer closes its secrets.
    record InstallSa(long ticket, SecurityAssociation association) implements Effect {}

    /// Remove an SA.
    record RemoveSa(SaId id) implements Effect {}

    /// The peer has moved.
    record MovePeer(SaId id, InetSocketAddress peer) implements Effect {}

    /// Ask for counters; answered by [Event.TrafficSeen].
    record QueryTraffic(long ticket, List<SaId> ids) implements Effect {
        public QueryTraffic {
            ids = List.copyOf(ids);
        }
    }

    /// Find the addresses of a name; answered by [Event.Resolved] or [Event.Unresolved].
    record Resolve(long ticket, String name) implements Effect {}

    /// Tell the operator.
    record Tell(Report report) implements Effect {}
}
