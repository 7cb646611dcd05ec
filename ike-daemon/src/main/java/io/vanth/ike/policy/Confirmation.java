package io.vanth.ike.policy;

import java.time.Duration;
import java.util.Optional;

/// Whether a peer's selection is one of the offered transforms.
public sealed interface Confirmation<T> {
    /// It is; `lifetime` is what the peer names.
    ///
    /// @param change how the lifetimes differ from the offered ones, for the log; empty where they don't
    record Same<T>(T selected, Optional<Duration> lifetime, Optional<String> change) implements Confirmation<T> {}

    /// It is not; `what` names the attributes that were changed, added or left out.
    record Different<T>(String what) implements Confirmation<T> {}
}
