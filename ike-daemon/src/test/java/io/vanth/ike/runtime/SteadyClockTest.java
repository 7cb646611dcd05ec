package io.vanth.ike.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SteadyClockTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void a_jump_of_the_time_of_day_moves_no_deadline() {
        var timeOfDay = new AtomicReference<>(NOON);
        // The monotonic clock may wrap.
        var nanoseconds = new AtomicLong(Long.MAX_VALUE - 5);
        var clock = new SteadyClock(timeOfDay::get, nanoseconds::get);
        timeOfDay.set(NOON.minus(Duration.ofDays(3000)));
        nanoseconds.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(NOON.plusSeconds(2), clock.instant());
        timeOfDay.set(NOON.plus(Duration.ofDays(3000)));
        assertEquals(NOON.plusSeconds(2), clock.instant());
    }
}
