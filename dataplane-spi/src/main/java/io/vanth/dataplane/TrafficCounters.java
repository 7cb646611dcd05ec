package io.vanth.dataplane;

import java.time.Instant;
import java.util.Optional;

/// What an SA has carried: inner packets and their bytes, and what was dropped.
public record TrafficCounters(long packets, long bytes, long replayDrops, long integrityFailures, long selectorDrops,
        Optional<Instant> lastUsed) {
    /// Nothing yet.
    public static final TrafficCounters ZERO = new TrafficCounters(0, 0, 0, 0, 0, Optional.empty());
}
