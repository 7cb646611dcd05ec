package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.TrafficCounters;
import java.time.Instant;
import java.util.Optional;

/// What an SA of the kernel has carried (`xfrm_lifetime_cur`, `xfrm_stats`, `XFRMA_LASTUSED`). Times are seconds of the
/// system's clock, 0 for never.
///
/// @param beyondWindow  packets older than the replay window
/// @param lastUsed      the last packet, where the kernel says it; else the first
record XfrmUsage(long bytes, long packets, long added, long lastUsed, int beyondWindow, int replayed,
        int integrityFailed) {
    /// The kernel does not count by SA what its selectors refuse: see `xfrm_in_state_mismatch`.
    TrafficCounters counters() {
        return new TrafficCounters(packets, bytes,
                Integer.toUnsignedLong(beyondWindow) + Integer.toUnsignedLong(replayed),
                Integer.toUnsignedLong(integrityFailed), 0,
                lastUsed == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(lastUsed)));
    }
}
