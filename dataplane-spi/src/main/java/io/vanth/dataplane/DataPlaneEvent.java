package io.vanth.dataplane;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// What a data plane reports by itself. Events come on a thread of the data plane, which the receiver must not hold up.
public sealed interface DataPlaneEvent {
    /// A packet met a `protect` policy that has no SA. Coalesced: one event until an SA is installed or a second went by.
    record Acquire(String policy, SaGroup group, InetAddress source, InetAddress destination, int protocol)
            implements
                DataPlaneEvent {}

    /// An SA reached a limit; after a hard one it is gone.
    record Expired(SaId id, SaGroup group, boolean hard) implements DataPlaneEvent {}

    /// An authenticated packet of an inbound SA came from another address or port than before: the peer's NAT mapping
    /// changed.
    record MappingChanged(SaId id, SaGroup group, InetSocketAddress before, InetSocketAddress now)
            implements
                DataPlaneEvent {}

    /// A packet of an SA of the group to its peer was led back into the tunnel by the host's routes, and dropped. Limited in
    /// rate.
    ///
    /// @param device the interface that the route to the peer leads into
    record RoutedBack(SaGroup group, String device, InetAddress peer) implements DataPlaneEvent {}

    /// A packet bore an SPI that no SA has. Limited in rate.
    record InvalidSpi(SecurityProtocol protocol, InetSocketAddress source, InetAddress destination, int spi)
            implements
                DataPlaneEvent {}

    /// A datagram with the non-ESP marker, without it, came to a [NatTraversalPort].
    record IkeDatagram(InetSocketAddress local, InetSocketAddress remote, byte[] message) implements DataPlaneEvent {}

    /// The data plane can carry nothing any more, for instance because its TUN device was removed.
    record Failed(String reason) implements DataPlaneEvent {}
}
