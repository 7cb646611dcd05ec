package io.vanth.ike.policy;

/// What happens when a peer comes that already has an ISAKMP SA under the same identity.
public enum Uniqueness {
    /// Both stay.
    NEVER,
    /// The new one takes the place of the old.
    REPLACE,
    /// The old one stays, and the new one is refused.
    KEEP
}
