package io.vanth.ike.policy;

/// When a tunnel is brought up.
public enum StartMode {
    /// At start, and again whenever it is down, with growing delay.
    ALWAYS,
    /// When a packet wants to go through it.
    ON_DEMAND,
    /// By the peer only.
    PASSIVE
}
