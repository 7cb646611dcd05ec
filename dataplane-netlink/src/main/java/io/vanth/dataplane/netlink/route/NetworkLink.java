package io.vanth.dataplane.netlink.route;

/// A network interface.
///
/// @param index its number
/// @param mtu   in bytes
public record NetworkLink(int index, String name, int mtu, boolean up) {}
