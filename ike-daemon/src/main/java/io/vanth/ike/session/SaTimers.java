package io.vanth.ike.session;

import java.util.ArrayList;
import java.util.List;

/// The timers that end with an SA.
final class SaTimers {
    private final List<TimerQueue.Timer> timers = new ArrayList<>();
    private List<TimerQueue.Timer> limits = List.of();

    void add(TimerQueue.Timer timer) {
        timers.removeIf(TimerQueue.Timer::over);
        timers.add(timer);
    }

    /// When it is to be replaced and when it ends, in place of what was said before.
    void limit(TimerQueue.Timer renewal, TimerQueue.Timer expiry) {
        limits.forEach(TimerQueue.Timer::cancel);
        limits = List.of(renewal, expiry);
    }

    void cancel() {
        timers.forEach(TimerQueue.Timer::cancel);
        timers.clear();
        limits.forEach(TimerQueue.Timer::cancel);
    }
}
