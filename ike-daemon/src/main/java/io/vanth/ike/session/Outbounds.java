package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// Begins to use the outbound SAs of new pairs: at once, or when the peer must have its own (I-14).
final class Outbounds {
    /// How long one is held back at most. It is less than the overlap, in which the older one serves.
    private static final Duration LONGEST_HOLD = ConnectionTunnels.OVERLAP.dividedBy(2);
    /// The same where the peer may have lost the older one.
    private static final Duration SHORT_HOLD = Duration.ofMillis(200);

    private final EngineContext context;

    Outbounds(EngineContext context) {
        this.context = context;
    }

    /// @param before  the pair that served until now
    /// @param refused learns why the data plane does not take the SA
    void begin(Optional<LiveChild> before, LiveChild live, NegotiatedChild negotiated, Consumer<String> refused) {
        if (before.filter(live::losesAgainst).isPresent()) {
            live.hold(change(live, live.expires(), negotiated, refused));
        } else if (before.isPresent() && live.child().role() == Report.Role.INITIATOR) {
            OutboundSwitch change = change(live, latest(before.get()), negotiated, refused);
            live.hold(change);
            change.start();
        } else {
            install(negotiated, refused);
        }
    }

    private Instant latest(LiveChild old) {
        Duration left = Duration.between(context.now(), old.expires()).dividedBy(2);
        Duration most = old.doubtful() ? SHORT_HOLD : LONGEST_HOLD;
        return context.now().plus(left.compareTo(most) < 0 ? left : most);
    }

    private OutboundSwitch change(LiveChild live, Instant latest, NegotiatedChild negotiated,
            Consumer<String> refused) {
        return new OutboundSwitch(context, live.child().inbound(), latest, () -> install(negotiated, refused),
                negotiated::close);
    }

    private void install(NegotiatedChild negotiated, Consumer<String> refused) {
        context.ask(ticket -> new Effect.InstallSa(ticket, negotiated.outbound()), event -> {
            if (event instanceof Event.DataPlaneRefused(_, var reason)) {
                refused.accept(reason);
            }
        });
    }
}
