package io.vanth.ike.session;

import io.vanth.ike.exchange.quickmode.ChildSa;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An SA pair in the data plane with its timers.
final class LiveChild {
    private final ChildSa child;
    private final Instant established;
    private final Instant rekeyAt;
    private final Instant expires;
    private final List<TimerQueue.Timer> timers = new ArrayList<>();
    private Optional<OutboundSwitch> outbound = Optional.empty();

    LiveChild(ChildSa child, Instant established, Instant rekeyAt, Instant expires) {
        this.child = child;
        this.established = established;
        this.rekeyAt = rekeyAt;
        this.expires = expires;
    }

    ChildSa child() {
        return child;
    }

    Instant established() {
        return established;
    }

    Instant rekeyAt() {
        return rekeyAt;
    }

    Instant expires() {
        return expires;
    }

    /// A timer that ends with the pair.
    void schedule(TimerQueue.Timer timer) {
        timers.removeIf(TimerQueue.Timer::over);
        timers.add(timer);
    }

    /// Its outbound SA is not used before the older pair has to go.
    void hold(OutboundSwitch change) {
        outbound = Optional.of(change);
    }

    /// Whether its outbound SA is still held back.
    boolean holds() {
        return outbound.filter(OutboundSwitch::holds).isPresent();
    }

    /// The older pair goes.
    void useOutbound() {
        outbound.ifPresent(OutboundSwitch::now);
    }

    void end() {
        timers.forEach(TimerQueue.Timer::cancel);
        timers.clear();
        outbound.ifPresent(OutboundSwitch::cancel);
    }
}
