package io.vanth.ike.policy;

import java.time.Duration;
import java.util.Optional;

/// Whether a peer's selection is one of the offered transforms.
public sealed interface Confirmation<T> {
    /// It is; `lifetime` is what the peer names.
    record Same<T>(T selected, Optional<Duration> lifetime) implements Confirmation<T> {}

    /// It is not.
    record Different<T>(String what) implements Confirmation<T> {}
}
