package io.vanth.ike.runtime;

import io.vanth.ike.exchange.Computation;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Threads for slow arithmetic. Their queue is bounded: what does not fit is answered as impossible, so that a flood of
/// handshakes costs no memory.
final class CryptoWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CryptoWorkers.class);
    private static final int QUEUE = 256;
    /// For what waits for the network rather than for a processor.
    private static final int PATIENT_THREADS = 4;

    private final SecureRandom random;
    private final ThreadPoolExecutor threads;
    private final ThreadPoolExecutor patient;

    CryptoWorkers(SecureRandom random, String name) {
        this.random = random;
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        threads = pool(count, name + "-crypto-");
        patient = pool(PATIENT_THREADS, name + "-trust-");
    }

    private static ThreadPoolExecutor pool(int count, String name) {
        var pool = new ThreadPoolExecutor(count, count, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name(name, 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /// Does `computation` and hands the result to `whenDone`, on a thread of its own or at once when there is no room.
    void submit(Computation computation, Consumer<Computation.Result> whenDone) {
        try {
            (computation.mayWait() ? patient : threads).execute(() -> whenDone.accept(perform(computation)));
        } catch (RejectedExecutionException full) {
            LOG.debug("computation rejected", full);
            whenDone.accept(new Computation.Impossible("too many handshakes at once"));
        }
    }

    private Computation.Result perform(Computation computation) {
        try {
            return computation.perform(random);
        } catch (RuntimeException | StackOverflowError broken) {
            LOG.error("a computation failed", broken);
            return new Computation.Impossible("internal error: " + broken);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        patient.shutdownNow();
    }
}
