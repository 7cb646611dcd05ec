package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that owns the tables.
final class ControlThread {
    private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);
    private static final long CLOCK_MILLIS = 100;
    private static final long STOP_SECONDS = 30;

    /// A question to the tables.
    @FunctionalInterface
    interface Question<T> {
        T answer() throws DataPlaneException;
    }

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("vanth-dataplane-control").daemon().unstarted(task));
    private final AtomicBoolean stopped = new AtomicBoolean();

    /// Calls `tick` ten times a second: the clock it looks at may be another than the system's.
    void start(Runnable tick) {
        var _ = thread.scheduleWithFixedDelay(() -> guarded(tick), CLOCK_MILLIS, CLOCK_MILLIS, TimeUnit.MILLISECONDS);
    }

    <T> CompletionStage<T> ask(Question<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> complete(answer, question));
        } catch (RejectedExecutionException closed) {
            answer.completeExceptionally(new DataPlaneException("the data plane is closed", closed));
        }
        return answer;
    }

    private static <T> void complete(CompletableFuture<T> answer, Question<T> question) {
        try {
            answer.complete(question.answer());
        } catch (DataPlaneException refused) {
            answer.completeExceptionally(refused);
        } catch (RuntimeException | Error defect) {
            LOG.error("a request failed by a defect", defect);
            answer.completeExceptionally(new DataPlaneException("defect of the data plane: " + defect, defect));
        }
    }

    void tell(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException closed) {
            LOG.debug("told after the end", closed);
        }
    }

    /// What is thrown here would end the ticks, or be lost.
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error defect) {
            LOG.error("a task failed by a defect", defect);
        }
    }

    /// Ends the thread after what was asked already; false when it had ended before.
    boolean stop() {
        if (!stopped.compareAndSet(false, true)) {
            return false;
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the control thread does not end; going on without it");
            }
        } catch (InterruptedException remembered) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
