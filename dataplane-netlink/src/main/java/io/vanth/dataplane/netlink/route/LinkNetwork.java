package io.vanth.dataplane.netlink.route;

/// A network that an interface is connected to.
///
/// @param link number of the interface
public record LinkNetwork(int link, IpPrefix network) {}
