package io.vanth.ike.session;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/// What is to be done later, in order of time and then of asking.
final class TimerQueue {
    private final TreeSet<Timer> timers = new TreeSet<>(
            Comparator.comparing(Timer::at).thenComparingLong(Timer::sequence));
    private long nextSequence;

    /// One thing to be done.
    final class Timer {
        private final Instant at;
        private final long sequence;
        private final Runnable action;

        private Timer(Instant at, long sequence, Runnable action) {
            this.at = at;
            this.sequence = sequence;
            this.action = action;
        }

        Instant at() {
            return at;
        }

        private long sequence() {
            return sequence;
        }

        /// Whether it was done or cancelled.
        boolean over() {
            return !timers.contains(this);
        }

        /// Forgets it; again does nothing.
        void cancel() {
            timers.remove(this);
        }
    }

    Timer at(Instant at, Runnable action) {
        Timer timer = new Timer(at, nextSequence++, action);
        timers.add(timer);
        return timer;
    }

    /// Does everything that is due.
    void run(Instant now) {
        while (!timers.isEmpty() && !timers.first().at.isAfter(now)) {
            timers.pollFirst().action.run();
        }
    }

    int size() {
        return timers.size();
    }

    Optional<Instant> next() {
        return timers.isEmpty() ? Optional.empty() : Optional.of(timers.first().at);
    }
}
