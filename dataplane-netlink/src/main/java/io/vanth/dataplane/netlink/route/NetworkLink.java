package io.vanth.dataplane.netlink.route;

import java.util.OptionalInt;

/// A network interface.
///
/// @param index its number
/// @param mtu   in bytes
/// @param alias what somebody said about it, or ""
/// @param xfrm  the number by which SAs and policies know an XFRM interface; empty for all others
public record NetworkLink(int index, String name, int mtu, boolean up, String alias, OptionalInt xfrm) {}
