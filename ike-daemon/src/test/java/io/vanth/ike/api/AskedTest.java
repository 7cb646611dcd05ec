package io.vanth.ike.api;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Since when a command waits for what it asks for.
final class AskedTest {
    /// New keys that were there before the answer are those that were asked for.
    @Test
    void whatIsDoneAtOnceIsNotOlderThanTheRequest() {
        AtomicInteger second = new AtomicInteger();
        InstantSource clock = () -> Instant.ofEpochSecond(second.incrementAndGet());
        List<Instant> done = new ArrayList<>();
        String answer = ControlApi.asked(clock, () -> done.add(clock.instant()));
        assertEquals("{\"at\":\"1970-01-01T00:00:01Z\"}", answer);
        assertEquals(List.of(Instant.ofEpochSecond(2)), done);
    }
}
