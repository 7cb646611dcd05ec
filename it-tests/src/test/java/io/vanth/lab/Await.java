package io.vanth.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for a condition, with a limit that only a failure reaches.
final class Await {
    /// More than anything here takes on a busy machine.
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        until(what, LIMIT, condition, () -> "");
    }

    /// @param seen what to show when the limit passed
    static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> seen) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within %s: %s%n%s".formatted(limit, what, seen.get()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
