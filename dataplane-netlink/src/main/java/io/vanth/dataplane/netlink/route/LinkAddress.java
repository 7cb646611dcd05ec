package io.vanth.dataplane.netlink.route;

import java.net.InetAddress;

/// An address of an interface.
///
/// @param link number of the interface
public record LinkAddress(int link, InetAddress address, int prefixLength) {}
