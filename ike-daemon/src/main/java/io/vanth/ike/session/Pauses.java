package io.vanth.ike.session;

import java.time.Duration;

/// How long to wait before trying again.
final class Pauses {
    private static final int LONGEST_EXPONENT = 6;

    private Pauses() {}

    /// 1 s after the first failure, then twice as long each time, up to about a minute.
    static Duration after(int failures) {
        return Duration.ofSeconds(1L << Math.clamp(failures - 1, 0, LONGEST_EXPONENT));
    }
}
