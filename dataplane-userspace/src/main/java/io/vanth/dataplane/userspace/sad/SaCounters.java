package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.TrafficCounters;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// What an SA has carried: written by the one agent that uses it, read by anyone without waiting.
public final class SaCounters {
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong replayDrops = new AtomicLong();
    private final AtomicLong integrityFailures = new AtomicLong();
    private final AtomicLong selectorDrops = new AtomicLong();
    private final AtomicLong lastUsedMillis = new AtomicLong();

    SaCounters() {}

    void countPacket(int length, long nowMillis) {
        add(packets, 1);
        add(bytes, length);
        lastUsedMillis.setOpaque(nowMillis);
    }

    /// A packet came twice or too late.
    public void countReplay() {
        add(replayDrops, 1);
    }

    /// A packet was forged or damaged.
    public void countIntegrityFailure() {
        add(integrityFailures, 1);
    }

    /// A packet was none that the SA is for.
    public void countSelectorDrop() {
        add(selectorDrops, 1);
    }

    long packets() {
        return packets.getPlain();
    }

    long bytes() {
        return bytes.getPlain();
    }

    /// The numbers as they are.
    public TrafficCounters snapshot() {
        long used = lastUsedMillis.getOpaque();
        return new TrafficCounters(packets.getOpaque(), bytes.getOpaque(), replayDrops.getOpaque(),
                integrityFailures.getOpaque(), selectorDrops.getOpaque(),
                used == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(used)));
    }

    private static void add(AtomicLong counter, long more) {
        counter.setOpaque(counter.getPlain() + more);
    }
}
