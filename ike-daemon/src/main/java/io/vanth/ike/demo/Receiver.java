package io.vanth.ike.demo;

import io.vanth.dataplane.userspace.tun.InMemoryTun;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A host behind a gateway: takes what comes out of the gateway's TUN device, and knows which numbers it has seen.
final class Receiver implements AutoCloseable {
    private static final Duration WAIT = Duration.ofMillis(100);

    private final InMemoryTun tun;
    private final Map<Integer, BitSet> seen = new HashMap<>();
    private final Thread thread;
    private long bytes;
    private long duplicates;
    private volatile boolean stopped;

    Receiver(InMemoryTun tun, String name) {
        this.tun = tun;
        this.thread = Thread.ofPlatform().daemon().name("demo-" + name).start(this::receive);
    }

    private void receive() {
        try {
            while (!stopped) {
                Optional<byte[]> packet = tun.take(WAIT);
                packet.filter(bytesOf -> bytesOf.length >= Numbered.SMALLEST).ifPresent(this::note);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void note(byte[] packet) {
        BitSet numbers = seen.computeIfAbsent(Numbered.run(packet), _ -> new BitSet());
        if (numbers.get(Numbered.number(packet))) {
            duplicates++;
        }
        numbers.set(Numbered.number(packet));
        bytes += packet.length;
        notifyAll();
    }

    /// Waits until `count` different packets of `run` are there, at most for `limit`; how many there are.
    synchronized int await(int run, int count, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (count(run) < count && System.nanoTime() < deadline) {
            wait(WAIT.toMillis());
        }
        return count(run);
    }

    synchronized int count(int run) {
        return seen.getOrDefault(run, new BitSet()).cardinality();
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized long duplicates() {
        return duplicates;
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
