package io.vanth.dataplane;

/// How an SA counts its packets, for both directions.
///
/// @param window   of the receiver, in packets; 0 switches replay protection off
/// @param extended whether sequence numbers have 64 bits (RFC 4303 section 2.2.1, RFC 4302 section 2.5.1)
public record ReplayProtection(int window, boolean extended) {
    /// Sequence numbers of 32 bits that nobody checks.
    public static final ReplayProtection OFF = new ReplayProtection(0, false);

    public ReplayProtection {
        if (window < 0) {
            throw new IllegalArgumentException("a replay window of %d packets".formatted(window));
        }
        if (extended && window == 0) {
            throw new IllegalArgumentException(
                    "extended sequence numbers cannot be followed without a replay window (RFC 4303 section 2.2.1)");
        }
    }

    /// Sequence numbers of 32 bits with a window.
    public static ReplayProtection window(int packets) {
        return new ReplayProtection(packets, false);
    }
}
