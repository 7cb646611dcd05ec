package io.vanth.dataplane.netlink.route;

import java.net.InetAddress;
import java.util.Optional;

/// The way that the host's own packets to one address take at this moment.
///
/// @param link   number of the interface
/// @param router the next hop; empty where the address is on the link
/// @param source the address that they bear
public record ChosenRoute(int link, Optional<InetAddress> router, Optional<InetAddress> source) {}
