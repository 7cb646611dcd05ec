package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.Lifetime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

import static io.vanth.dataplane.userspace.sad.LifetimeMeter.Limit.HARD;
import static io.vanth.dataplane.userspace.sad.LifetimeMeter.Limit.NONE;
import static io.vanth.dataplane.userspace.sad.LifetimeMeter.Limit.SOFT;
import static org.junit.jupiter.api.Assertions.assertEquals;

/// Limits, each reported once.
final class LifetimeMeterTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /// RFC 4303 section 3.3.3: the last number is used, and no packet after it.
    @Test
    void endsBeforeTheSequenceNumberComesAgain() {
        LifetimeMeter meter = new LifetimeMeter(Lifetime.UNLIMITED, Lifetime.UNLIMITED, START,
                LifetimeMeter.LAST_SEQUENCE);
        assertEquals(NONE, meter.charge(0xEFFF_FFFFL, 0));
        assertEquals(SOFT, meter.charge(0xF000_0000L, 0));
        assertEquals(NONE, meter.charge(0xFFFF_FFFEL, 0));
        assertEquals(HARD, meter.charge(0xFFFF_FFFFL, 0));
    }

    @Test
    void looksAtTheClock() {
        LifetimeMeter meter = new LifetimeMeter(Lifetime.of(Duration.ofSeconds(10)),
                Lifetime.of(Duration.ofSeconds(20)), START, LifetimeMeter.LAST_SEQUENCE);
        assertEquals(NONE, meter.at(START.plusMillis(9_999)));
        assertEquals(SOFT, meter.at(START.plusSeconds(10)));
        assertEquals(NONE, meter.at(START.plusSeconds(11)));
        assertEquals(HARD, meter.at(START.plusSeconds(20)));
    }
}
