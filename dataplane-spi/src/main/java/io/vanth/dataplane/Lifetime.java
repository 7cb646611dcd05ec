package io.vanth.dataplane;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// When an SA expires: each limit is optional. `time` counts from installation, `bytes` count inner packets.
public record Lifetime(Optional<Duration> time, OptionalLong bytes, OptionalLong packets) {
    /// No limit but the sequence numbers.
    public static final Lifetime UNLIMITED = new Lifetime(Optional.empty(), OptionalLong.empty(), OptionalLong.empty());

    /// A limit of time alone.
    public static Lifetime of(Duration time) {
        return new Lifetime(Optional.of(time), OptionalLong.empty(), OptionalLong.empty());
    }
}
