package io.vanth.ike.manual;

/// Something that keeps a policy from protecting its packets.
///
/// @param policy the operator's name
/// @param reason for people, with what becomes of the packets
public record Lack(String policy, String reason) {}
