package io.vanth.ike.policy;

/// Whether large messages are cut into pieces that every path carries (the fragmentation of Cisco and Microsoft).
public enum Fragmentation {
    /// For peers that announce that they can put them together.
    YES,
    /// Neither announced nor taken.
    NO,
    /// For all peers, from the first message on.
    FORCE
}
