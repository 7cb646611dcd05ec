package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.route.RoutingRule.Ports;
import java.util.List;
import java.util.Optional;

/// What a pair of selectors asks beyond addresses, as far as the kernel's tables can tell it. Ports count only for a
/// protocol that has them: without one the traffic of all ports is meant, which for leak protection is the safe side.
///
/// @param messages type and code of ICMP, which filters can tell and routing rules cannot
record Narrowing(Optional<Integer> protocol, Optional<Ports> sourcePorts, Optional<Ports> destinationPorts,
        Optional<Ports> messages) {
    /// TCP, UDP, DCCP, SCTP, UDP-Lite
    private static final List<Integer> WITH_PORTS = List.of(6, 17, 33, 132, 136);

    /// Every protocol.
    static final Narrowing NONE = new Narrowing(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static Narrowing of(TrafficSelector source, TrafficSelector destination) {
        int protocol = Math.max(source.protocol(), destination.protocol());
        boolean ports = WITH_PORTS.contains(protocol);
        return new Narrowing(protocol == TrafficSelector.ANY_PROTOCOL ? Optional.empty() : Optional.of(protocol),
                ports ? ports(source) : Optional.empty(), ports ? ports(destination) : Optional.empty(),
                messages(source).or(() -> messages(destination)));
    }

    /// Whether the selectors ask for addresses only.
    boolean isNone() {
        return protocol.isEmpty();
    }

    /// Whether they ask for what later fragments do not show.
    boolean isOfWholePackets() {
        return sourcePorts.isPresent() || destinationPorts.isPresent() || messages.isPresent();
    }

    private static Optional<Ports> messages(TrafficSelector selector) {
        return selector.hasMessages() ? ports(selector) : Optional.empty();
    }

    private static Optional<Ports> ports(TrafficSelector selector) {
        return selector.anyPort()
                ? Optional.empty()
                : Optional.of(new Ports(selector.firstPort(), selector.lastPort()));
    }
}
