package io.vanth.ike.exchange;

import java.time.Instant;
import java.util.Optional;

/// A failure with what was known when it happened.
///
/// @param circumstances empty where no negotiation had begun
public record Incident(Instant at, Failure failure, Optional<Circumstances> circumstances) {}
