package io.vanth.ike.policy;

/// Whether ESP goes in UDP.
public enum Encapsulation {
    /// When a NAT is found.
    AUTO,
    /// Always: a NAT is feigned (RFC 3947 lets either side find one).
    YES,
    /// Never.
    NO
}
