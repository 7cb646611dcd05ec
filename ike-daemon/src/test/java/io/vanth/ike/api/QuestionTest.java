package io.vanth.ike.api;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// What is asked again and again.
class QuestionTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    /// A data plane that closes may throw instead of answering; the next one answers.
    @Test
    void one_who_throws_is_asked_again() throws Exception {
        var context = vertx.getOrCreateContext();
        var answer = new CompletableFuture<String>();
        var question = new Question<>(context, InstantSource.system(), () -> {
            asked.add("again");
            if (asked.size() == 1) {
                throw new IllegalStateException("closed");
            }
            return CompletableFuture.completedFuture("here");
        }, answer::complete);
        var turns = new CompletableFuture<Duration>();
        context.runOnContext(_ -> {
            question.ask();
            context.runOnContext(_ -> {
                turns.complete(question.silence());
                question.ask();
            });
        });
        assertEquals(Duration.ZERO, turns.get(5, TimeUnit.SECONDS));
        assertEquals("here", answer.get(5, TimeUnit.SECONDS));
        assertEquals(List.of("again", "again"), asked);
    }
}
