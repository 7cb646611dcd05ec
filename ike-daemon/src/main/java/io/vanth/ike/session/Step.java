package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a step asks for: effects in order, and when [io.vanth.ike.exchange.Event.DeadlineReached] is due at the latest.
public record Step(List<Effect> effects, Optional<Instant> deadline) {
    public Step {
        effects = List.copyOf(effects);
    }
}
