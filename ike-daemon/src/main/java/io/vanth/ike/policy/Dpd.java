package io.vanth.ike.policy;

import java.time.Duration;

/// Dead peer detection (RFC 3706).
///
/// @param mode    when a silent peer is asked
/// @param delay   the silence after which the peer is asked; zero switches asking off (questions are answered anyhow)
/// @param timeout the time without an answer after which the peer is dead
/// @param action  what then happens to its tunnels
public record Dpd(Mode mode, Duration delay, Duration timeout, Action action) {
    /// With periodic questions.
    public Dpd(Duration delay, Duration timeout, Action action) {
        this(Mode.PERIODIC, delay, timeout, action);
    }

    /// When a silent peer is asked.
    public enum Mode {
        /// Whenever nothing came from it for the delay.
        PERIODIC,
        /// Only if packets went to it meanwhile (RFC 3706 section 5.5).
        ON_DEMAND
    }

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
