package io.vanth.dataplane.netlink.route;

/// A network interface.
///
/// @param index its number
/// @param mtu   in bytes
/// @param alias what somebody said about it, or ""
public record NetworkLink(int index, String name, int mtu, boolean up, String alias) {}
