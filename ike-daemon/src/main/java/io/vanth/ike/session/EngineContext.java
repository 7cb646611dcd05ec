package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// What all parts of the engine share during a step: the time, the effects so far, timers, tickets and randomness.
final class EngineContext {
    private final SecureRandom random;
    private final InstantSource clock = this::now;
    private final TimerQueue timers = new TimerQueue();
    private final Map<Long, Consumer<Event>> tickets = new HashMap<>();
    private List<Effect> effects = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private long nextTicket = 1;

    EngineContext(SecureRandom random) {
        this.random = random;
    }

    SecureRandom random() {
        return random;
    }

    Instant now() {
        return now;
    }

    /// The time of the step, for who keeps it.
    InstantSource clock() {
        return clock;
    }

    void advance(Instant to) {
        now = to;
    }

    TimerQueue timers() {
        return timers;
    }

    TimerQueue.Timer after(Duration delay, Runnable action) {
        return timers.at(now.plus(delay), action);
    }

    void perform(Effect effect) {
        effects.add(effect);
    }

    void tell(Report report) {
        effects.add(new Effect.Tell(report));
    }

    /// Performs an effect that is answered with an event.
    void ask(LongFunction<Effect> effect, Consumer<Event> answer) {
        long ticket = nextTicket++;
        tickets.put(ticket, answer);
        effects.add(effect.apply(ticket));
    }

    /// Hands an answer to who asked.
    void answer(long ticket, Event event) {
        Consumer<Event> asker = tickets.remove(ticket);
        if (asker == null) {
            throw new IllegalStateException("nobody asked for ticket " + ticket);
        }
        asker.accept(event);
    }

    /// A duration that varies by up to a tenth in either direction, so that peers do not act in step.
    Duration jitter(Duration duration) {
        return Duration.ofMillis(Math.round(duration.toMillis() * (0.9 + 0.2 * random.nextDouble())));
    }

    Step finish() {
        List<Effect> done = effects;
        effects = new ArrayList<>();
        return new Step(done, timers.next());
    }
}
