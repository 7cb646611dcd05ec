package io.vanth.dataplane.netlink.route;

import java.util.Optional;

/// A rule of the routing policy: packets that match are looked up as `action` says; the others go on to the rule of the
/// next higher priority number.
///
/// @param protocol who made the rule; only rules of the own number may be touched
public record RoutingRule(boolean ipv6, int priority, int protocol, Match match, Action action) {
    /// What a rule matches; what is empty matches all.
    ///
    /// @param link         the interface a packet came in by; `lo` for the host's own packets
    /// @param mark         the packet's mark, all bits
    /// @param ipProtocol   number of the protocol above IP
    public record Match(Optional<IpPrefix> from, Optional<IpPrefix> to, Optional<String> link, Optional<Integer> mark,
            Optional<Integer> ipProtocol, Optional<Ports> sourcePorts, Optional<Ports> destinationPorts) {
        /// Every packet.
        public static final Match ALL = new Match(Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /// Every packet with a mark.
        public static Match marked(int mark) {
            return new Match(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(mark), Optional.empty(),
                    Optional.empty(), Optional.empty());
        }
    }

    /// Ports from `first` to `last`, both included.
    public record Ports(int first, int last) {}

    /// What is done with a packet that matches.
    public sealed interface Action {}

    /// The route is looked for in a table; without one there the next rule is asked.
    public record Lookup(int table) implements Action {}

    /// The same, but a route to a network of no more than `ignored` bits is passed over: with 0 the default route.
    public record LookupLonger(int table, int ignored) implements Action {}

    /// Goes on with the rule of priority `priority`, which is behind this one.
    public record GoTo(int priority) implements Action {}

    /// Nothing: a place to go to.
    public record Nothing() implements Action {}

    /// Of a kind that is not described here; listed only.
    public record Other(int number) implements Action {}
}
