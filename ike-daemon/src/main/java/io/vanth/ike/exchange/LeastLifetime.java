package io.vanth.ike.exchange;

import java.time.Duration;

/// A peer that names tiny lifetimes must not have us negotiate without end.
public final class LeastLifetime {
    /// Below this nothing counts, unless the configuration says so itself.
    private static final Duration FLOOR = Duration.ofSeconds(30);

    private LeastLifetime() {}

    /// How long an SA is kept, in the data plane too.
    public static Duration kept(Duration agreed, Duration configured) {
        Duration least = configured.compareTo(FLOOR) < 0 ? configured : FLOOR;
        return agreed.compareTo(least) < 0 ? least : agreed;
    }
}
