package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The control thread outlives what goes wrong on it, and nobody waits for an answer that never comes.
@Timeout(60)
final class ControlThreadTest {
    @Test
    void answersEvenAfterAnError() throws Exception {
        ControlThread control = new ControlThread();
        assertRefused(control, () -> {
            throw new StackOverflowError("as deep recursion throws");
        });
        assertRefused(control, () -> {
            throw new IllegalStateException("a defect");
        });
        assertEquals(7, control.ask(() -> 7).toCompletableFuture().get());
        assertTrue(control.stop());
        assertFalse(control.stop(), "stopped already");
        assertRefused(control, () -> 7);
    }

    @Test
    void ticksOnAfterAnError() throws Exception {
        ControlThread control = new ControlThread();
        CountDownLatch ticks = new CountDownLatch(2);
        control.start(() -> {
            ticks.countDown();
            throw new StackOverflowError("as deep recursion throws");
        });
        assertTrue(ticks.await(30, TimeUnit.SECONDS));
        control.stop();
    }

    private static void assertRefused(ControlThread control, ControlThread.Question<Integer> question) {
        ExecutionException failure = assertThrows(ExecutionException.class,
                () -> control.ask(question).toCompletableFuture().get(30, TimeUnit.SECONDS));
        assertInstanceOf(DataPlaneException.class, failure.getCause());
    }
}
