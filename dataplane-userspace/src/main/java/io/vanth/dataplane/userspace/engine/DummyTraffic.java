package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Says how many dummy packets an SA lacks that is to send so many packets a second, second by second: what is not sent in
/// one is not made up for in the next. For the control thread.
final class DummyTraffic {
    private static final long SECOND_MILLIS = 1000;

    /// Takes the order for so many dummy packets.
    @FunctionalInterface
    interface Order {
        void send(OutboundBundle bundle, int count);
    }

    /// @param packets what the SA had sent at `start`
    /// @param ordered dummy packets since
    private record Second(long start, long packets, long ordered) {}

    private final Map<OutboundSa, Second> seconds = new HashMap<>();

    /// Orders what the `current` bundles lack by now.
    void fill(Collection<OutboundBundle> current, long nowMillis, Order order) {
        seconds.keySet().removeIf(OutboundSa::isEnded);
        for (OutboundBundle bundle : current) {
            int rate = bundle.outermost().flow().packetsPerSecond();
            if (rate > 0) {
                fill(bundle, rate, nowMillis, order);
            }
        }
    }

    private void fill(OutboundBundle bundle, int rate, long now, Order order) {
        OutboundSa association = bundle.outermost();
        long sent = association.counters().snapshot().packets();
        Second second = seconds.computeIfAbsent(association, made -> new Second(made.installed().toEpochMilli(), 0, 0));
        long passed = Math.clamp(now - second.start(), 0, SECOND_MILLIS);
        long lacking = Math.max(0, rate * passed / SECOND_MILLIS - (sent - second.packets()) - second.ordered());
        if (lacking > 0) {
            order.send(bundle, (int) lacking);
        }
        boolean over = now - second.start() >= SECOND_MILLIS || now < second.start();
        seconds.put(association, over
                ? new Second(now, sent, 0)
                : new Second(second.start(), second.packets(), second.ordered() + lacking));
    }
}
