package io.vanth.ike.api;

import io.vanth.dataplane.SaStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What the data plane has installed, as far as it says so: the state of the daemon is wanted most when it does not.
final class Installed {
    private static final long PATIENCE_SECONDS = 2;

    private final Supplier<CompletionStage<List<SaStatus>>> asking;
    private CompletableFuture<List<SaStatus>> asked = CompletableFuture.completedFuture(List.of());

    /// @param asking returns at once
    Installed(Supplier<CompletionStage<List<SaStatus>>> asking) {
        this.asking = asking;
    }

    /// Empty where it is silent for two seconds. One that owes an answer is not asked again.
    synchronized CompletionStage<Optional<List<SaStatus>>> ask() {
        if (asked.isDone()) {
            asked = asking.get().toCompletableFuture();
        }
        return asked.thenApply(Optional::of).completeOnTimeout(Optional.empty(), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
