package io.vanth.dataplane.testkit;

import io.vanth.dataplane.DataPlaneEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Keeps the events of a data plane and waits for them.
public final class EventLog implements Consumer<DataPlaneEvent> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<DataPlaneEvent> events = new ArrayList<>();

    public EventLog() {}

    @Override
    public synchronized void accept(DataPlaneEvent event) {
        events.add(event);
        notifyAll();
    }

    /// The first event of `type` that `wanted` takes, which may come now or have come before; fails when none comes.
    public synchronized <E extends DataPlaneEvent> E await(Class<E> type, Predicate<E> wanted)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (DataPlaneEvent event : events) {
                if (type.isInstance(event) && wanted.test(type.cast(event))) {
                    return type.cast(event);
                }
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("no " + type.getSimpleName() + " as wanted; events: " + events);
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }

    /// The events so far of one type.
    public synchronized <E extends DataPlaneEvent> List<E> all(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
