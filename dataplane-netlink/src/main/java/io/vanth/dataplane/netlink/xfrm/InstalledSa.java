package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.UdpEncapsulation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An SA that this data plane has put into the kernel; its keys are there alone.
///
/// @param id          by which its owner knows it: the destination is the first one, wherever the peer has moved
/// @param source      of its packets now
/// @param destination of its packets now
record InstalledSa(SaId id, Direction direction, InetAddress source, InetAddress destination, Mode mode,
        Transform transform, List<TrafficPair> selectors, Optional<UdpEncapsulation> encapsulation, SaGroup group,
        Instant installed, boolean withReplayProtection) {
    static InstalledSa of(SecurityAssociation sa, Instant now) {
        return new InstalledSa(sa.id(), sa.direction(), sa.source(), sa.id().destination(), sa.mode(), sa.transform(),
                sa.selectors(), sa.encapsulation(), sa.group(), now, sa.replay().window() > 0);
    }

    boolean isOutbound() {
        return direction == Direction.OUTBOUND;
    }

    /// By which the kernel knows it.
    XfrmSa.Id kernelId() {
        return new XfrmSa.Id(id.protocol().ipProtocol(), destination, id.spi().value());
    }

    InetSocketAddress peer() {
        return new InetSocketAddress(isOutbound() ? destination : source,
                encapsulation.map(UdpEncapsulation::remotePort).orElse(0));
    }

    /// Whether its packets show where the peer is: whoever can write them, or send an old one again, must not have all
    /// traffic sent to him.
    boolean tellsOfPeer() {
        return transform.isAuthenticated() && withReplayProtection;
    }

    /// Whether the peer is there already; an SA without UDP has no port.
    boolean isAt(InetSocketAddress elsewhere) {
        return peer().getAddress().equals(elsewhere.getAddress())
                && (encapsulation.isEmpty() || peer().getPort() == elsewhere.getPort());
    }

    /// Whether its packets go there now.
    boolean isBetween(TunnelEnds.Ends ends) {
        return source.equals(ends.source()) && destination.equals(ends.destination());
    }

    /// Whether both go where one peer is, as the SAs of a bundle do.
    boolean sharesPeer(InstalledSa other) {
        return isAt(other.peer()) || other.isAt(peer());
    }

    /// The same with the peer elsewhere.
    InstalledSa at(InetSocketAddress peer) {
        Optional<UdpEncapsulation> ports = encapsulation
                .map(udp -> new UdpEncapsulation(udp.localPort(), peer.getPort()));
        return new InstalledSa(id, direction, isOutbound() ? source : peer.getAddress(),
                isOutbound() ? peer.getAddress() : destination, mode, transform, selectors, ports, group, installed,
                withReplayProtection);
    }

    SaStatus status(TrafficCounters counters) {
        return new SaStatus(id, direction, mode, transform, selectors, peer(), group, installed, counters);
    }
}
