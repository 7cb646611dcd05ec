package io.vanth.dataplane;

/// What happens to the packets of a [TrafficPair], in both directions. Of the policies that match a packet the one of
/// the lowest `order` decides; among equals the one added first.
///
/// @param name  unique in the data plane; appears in events, counters and logs
/// @param order lower numbers are looked at first
public record Policy(String name, int order, TrafficPair traffic, Action action) {
    /// The three choices of RFC 4301 section 4.4.1.
    public sealed interface Action {}

    /// The packet goes through the SA of `group`. While there is none it is held or dropped, never sent in clear, and an
    /// [DataPlaneEvent.Acquire] is reported if `acquire` is set.
    public record Protect(SaGroup group, boolean acquire) implements Action {}

    /// The packet passes in clear.
    public record Bypass() implements Action {}

    /// The packet is dropped.
    public record Discard() implements Action {}
}
