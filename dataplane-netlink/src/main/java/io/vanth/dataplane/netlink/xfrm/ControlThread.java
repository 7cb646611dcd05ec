package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The one thread that talks to the kernel.
final class ControlThread {
    private static final long STOP_SECONDS = 30;

    private final ExecutorService thread = Executors
            .newSingleThreadExecutor(Thread.ofPlatform().name("vanth-xfrm-control").daemon().factory());
    private final AtomicBoolean stopped = new AtomicBoolean();

    /// A question to the kernel.
    interface Question<T> {
        T answer() throws IOException, DataPlaneException;
    }

    /// The stage fails with a [DataPlaneException] that says what was to be done.
    <T> CompletionStage<T> ask(String what, Question<T> question) {
        var answer = new CompletableFuture<T>();
        try {
            thread.execute(() -> {
                try {
                    answer.complete(question.answer());
                } catch (DataPlaneException refused) {
                    answer.completeExceptionally(refused);
                } catch (IOException refused) {
                    answer.completeExceptionally(
                            new DataPlaneException("cannot %s: %s".formatted(what, refused.getMessage()), refused));
                } catch (RuntimeException | Error defect) {
                    answer.completeExceptionally(
                            new DataPlaneException("cannot %s: defect of the data plane: %s".formatted(what, defect),
                                    defect));
                }
            });
        } catch (RejectedExecutionException closed) {
            answer.completeExceptionally(new DataPlaneException("the data plane is closed", closed));
        }
        return answer;
    }

    /// Does something that nobody waits for.
    void tell(String what, Question<Void> task, Consumer<Throwable> failed) {
        var _ = ask(what, task).whenComplete((_, refused) -> {
            if (refused != null && !stopped.get()) {
                failed.accept(refused);
            }
        });
    }

    /// Does something after a while, unless it has ended then. A refusal is the task's own matter.
    void later(Duration pause, Question<Void> task) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS).execute(() -> {
            var _ = ask("do what waited", task);
        });
    }

    /// Does `last` after what was asked already, and ends; false when it had ended before.
    boolean stop(Runnable last) {
        if (!stopped.compareAndSet(false, true)) {
            return false;
        }
        thread.execute(last);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException remembered) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
