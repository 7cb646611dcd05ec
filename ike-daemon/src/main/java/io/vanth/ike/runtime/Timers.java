package io.vanth.ike.runtime;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// The one deadline of the core, as a timer of the event loop.
final class Timers {
    private static final long NONE = -1;

    private final Vertx vertx;
    private final InstantSource clock;
    private final Runnable due;
    private Optional<Instant> armed = Optional.empty();
    private long timer = NONE;

    Timers(Vertx vertx, InstantSource clock, Runnable due) {
        this.vertx = vertx;
        this.clock = clock;
        this.due = due;
    }

    /// Calls back at `deadline`, and forgets the one before.
    void arm(Optional<Instant> deadline) {
        if (deadline.equals(armed)) {
            return;
        }
        disarm();
        armed = deadline;
        deadline.ifPresent(instant -> timer = vertx.setTimer(delay(instant), _ -> {
            armed = Optional.empty();
            timer = NONE;
            due.run();
        }));
    }

    /// In whole milliseconds, rounded up so that the deadline has passed when the timer fires.
    private long delay(Instant deadline) {
        return Math.max(1, Duration.between(clock.instant(), deadline).plusNanos(999_999).toMillis());
    }

    void disarm() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
        armed = Optional.empty();
    }
}
