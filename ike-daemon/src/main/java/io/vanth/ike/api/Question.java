package io.vanth.ike.api;

import io.vertx.core.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Something that a part of the daemon is asked again and again, but not before it has answered the last time: one that
/// is silent is not buried in questions, and nobody waits for it.
///
/// @param <T> the answer
final class Question<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Question.class);
    private final Context context;
    private final Supplier<CompletionStage<T>> asking;
    private final Consumer<T> taking;
    private final InstantSource clock;
    private final AtomicReference<Optional<Instant>> asked = new AtomicReference<>(Optional.empty());

    /// @param asking returns at once
    /// @param taking called on `context` with each answer
    Question(Context context, InstantSource clock, Supplier<CompletionStage<T>> asking, Consumer<T> taking) {
        this.context = context;
        this.clock = clock;
        this.asking = asking;
        this.taking = taking;
    }

    /// Asks, unless an answer is awaited. Always on the same thread.
    void ask() {
        if (asked.get().isEmpty()) {
            asked.set(Optional.of(clock.instant()));
            CompletionStage<T> _ = answer().whenComplete((answer, failure) -> context.runOnContext(_ -> {
                asked.set(Optional.empty());
                if (failure == null) {
                    taking.accept(answer);
                } else {
                    LOG.debug("no answer", failure);
                }
            }));
        }
    }

    /// One that throws has answered, too.
    private CompletionStage<T> answer() {
        try {
            return asking.get();
        } catch (RuntimeException broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    /// How long an answer has been awaited; zero when none is. On any thread.
    Duration silence() {
        return asked.get().map(since -> Duration.between(since, clock.instant())).orElse(Duration.ZERO);
    }
}
