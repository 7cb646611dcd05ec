package io.vanth.ike.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The time of day at the start, and from there on the monotonic clock: lifetimes, retransmissions and dead peer detection
/// go on evenly when somebody sets the time of day.
public final class SteadyClock implements InstantSource {
    private final LongSupplier nanoseconds;
    private final Instant start;
    private final long startNanoseconds;

    /// Starts now.
    public SteadyClock() {
        this(InstantSource.system(), System::nanoTime);
    }

    SteadyClock(InstantSource timeOfDay, LongSupplier nanoseconds) {
        this.nanoseconds = nanoseconds;
        this.start = timeOfDay.instant();
        this.startNanoseconds = nanoseconds.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanoseconds.getAsLong() - startNanoseconds);
    }
}
