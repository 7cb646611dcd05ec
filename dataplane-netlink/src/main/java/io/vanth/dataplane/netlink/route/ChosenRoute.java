package io.vanth.dataplane.netlink.route;

import java.net.InetAddress;
import java.util.Optional;

/// The way that the host's own packets to one address take at this moment.
///
/// @param link   number of the interface
/// @param source the address that they bear
public record ChosenRoute(int link, Optional<InetAddress> source) {}
