package io.vanth.ike.policy;

/// The exchange of phase 1.
public enum PhaseOneMode {
    /// Six messages; identities are encrypted (RFC 2409 section 5).
    MAIN,
    /// Three messages; identities go in clear.
    AGGRESSIVE
}
