package io.vanth.dataplane.netlink.nftables;

/// A rule in the kernel.
///
/// @param handle  its number in the table
/// @param comment as it was given when the rule was added, or empty
public record StoredRule(String chain, long handle, String comment) {}
