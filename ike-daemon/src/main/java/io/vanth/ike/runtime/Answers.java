package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlaneException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for answers of the core and of the data plane, for so long at most.
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final long STAGE_SECONDS = 20;
    static final long SHUTDOWN_SECONDS = 3;

    private Answers() {}

    /// The answer of a data plane: one that throws, which it should not, has refused.
    static <T> CompletionStage<T> of(Supplier<CompletionStage<T>> question) {
        try {
            return question.get();
        } catch (RuntimeException broken) {
            return CompletableFuture.failedFuture(new DataPlaneException(broken.toString(), broken));
        }
    }

    static <T> T await(CompletionStage<T> stage) throws StartException {
        try {
            return stage.toCompletableFuture().get(STAGE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", interrupted);
        } catch (ExecutionException failed) {
            throw new StartException(EffectPerformer.reason(failed.getCause()), failed.getCause());
        } catch (TimeoutException late) {
            throw new StartException("no answer within %d s".formatted(STAGE_SECONDS), late);
        }
    }

    /// Waits for a step of the shutdown, which goes on without it.
    static void finish(CompletableFuture<?> stage) {
        try {
            stage.get(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("a step of the shutdown failed", failed);
        }
    }
}
