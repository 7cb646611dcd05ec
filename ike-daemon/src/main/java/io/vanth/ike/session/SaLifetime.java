package io.vanth.ike.session;

import io.vanth.ike.exchange.LeastLifetime;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import java.time.Duration;
import java.time.Instant;

/// How long an ISAKMP SA is kept, and when it is replaced.
final class SaLifetime {
    private final EngineContext context;
    private final PhaseOneResult result;
    private final Instant established;
    private Instant rekeyAt;
    private Instant expires;

    SaLifetime(EngineContext context, PhaseOneResult result) {
        this.context = context;
        this.result = result;
        this.established = context.now();
        begin(kept());
    }

    private void begin(Duration lifetime) {
        rekeyAt = established
                .plus(KeyLifetimes.untilReplaced(lifetime, result.role(), context.random().nextDouble()));
        expires = established.plus(lifetime);
    }

    /// How long it was to be kept when it was agreed.
    Duration kept() {
        return LeastLifetime.kept(result.lifetime(), result.connection().lifetime());
    }

    Instant established() {
        return established;
    }

    /// When phase 1 is negotiated anew.
    Instant rekeyAt() {
        return rekeyAt;
    }

    Instant expires() {
        return expires;
    }

    /// The peer keeps it for `lifetime` only; whether that counts: a responder may say so, of what was offered to it
    /// (RFC 2407 section 4.6.3.1).
    boolean shorten(Duration named) {
        Duration lifetime = LeastLifetime.kept(named, result.connection().lifetime());
        boolean shorter = result.role() == Report.Role.INITIATOR && established.plus(lifetime).isBefore(expires);
        if (shorter) {
            begin(lifetime);
        }
        return shorter;
    }
}
