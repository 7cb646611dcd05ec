package io.vanth.ike.policy;

import java.time.Duration;

/// Dead peer detection (RFC 3706).
///
/// @param delay   the silence after which the peer is asked; zero switches asking off (questions are answered anyhow)
/// @param timeout the time without an answer after which the peer is dead
/// @param action  what then happens to its tunnels
public record Dpd(Duration delay, Duration timeout, Action action) {
    /// What happens to the tunnels of a dead peer.
    public enum Action {
        /// Negotiated anew at once.
        RESTART,
        /// Forgotten.
        CLEAR,
        /// Forgotten, and negotiated anew when a packet wants to go through.
        HOLD
    }
}
