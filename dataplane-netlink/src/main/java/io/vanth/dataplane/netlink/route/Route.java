package io.vanth.dataplane.netlink.route;

import java.net.InetAddress;
import java.util.Optional;

/// A route to a network.
///
/// @param table    number of the routing table
/// @param metric   among routes to one network the lowest wins; for IPv6 the kernel makes 1024 of 0
/// @param protocol who made the route (`rtm_protocol`); only routes of the own number may be touched
/// @param target   where packets go
public record Route(IpPrefix destination, int table, int metric, int protocol, Target target) {
    /// Where packets go.
    public sealed interface Target {}

    /// Out of the interface of number `link`; `source` is what the host's own packets bear if they bear none yet.
    public record Device(int link, Optional<InetAddress> source) implements Target {}

    /// To a router, which is on that link.
    public record Gateway(int link, InetAddress router, Optional<InetAddress> source) implements Target {}

    /// Nowhere: the sender is told so.
    public record Unreachable() implements Target {}

    /// Not by this table: the rules that follow are asked.
    public record Throw() implements Target {}

    /// Of a kind that is not described here; listed only.
    public record Other(int type) implements Target {}
}
