package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Holds a new outbound SA back while an older one still serves. The initiator of quick mode cannot know whether message 3
/// has arrived, and peers install their inbound SA only then: what we sent earlier would be lost. So the new SA is used as
/// soon as the peer uses its own, or when the older one is about to go.
final class OutboundSwitch {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final EngineContext context;
    private final SaId inbound;
    private final Instant latest;
    private final Runnable install;
    private final Runnable discard;
    private boolean over;

    /// @param inbound the new inbound SA, on which the peer's traffic shows
    /// @param latest  when the outbound SA is used at the latest
    /// @param install uses it
    /// @param discard wipes it, when it is not used any more
    OutboundSwitch(EngineContext context, SaId inbound, Instant latest, Runnable install, Runnable discard) {
        this.context = context;
        this.inbound = inbound;
        this.latest = latest;
        this.install = install;
        this.discard = discard;
    }

    void start() {
        context.after(LOOK, this::look);
    }

    private void look() {
        if (!over) {
            context.ask(ticket -> new Effect.QueryTraffic(ticket, List.of(inbound)), this::decide);
        }
    }

    private void decide(Event event) {
        if (over) {
            return;
        }
        // A data plane that does not answer now is asked again.
        boolean used = event instanceof Event.TrafficSeen(_, var counters)
                && counters.values().stream().mapToLong(TrafficCounters::packets).sum() > 0;
        if (used || !context.now().isBefore(latest)) {
            now();
        } else {
            context.after(LOOK, this::look);
        }
    }

    /// Uses the outbound SA now, unless that was done.
    void now() {
        if (!over) {
            over = true;
            install.run();
        }
    }

    /// Whether the outbound SA is still held back.
    boolean holds() {
        return !over;
    }

    /// The pair goes before it was used.
    void cancel() {
        if (!over) {
            over = true;
            discard.run();
        }
    }
}
