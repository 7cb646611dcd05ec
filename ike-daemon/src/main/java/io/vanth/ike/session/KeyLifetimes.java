package io.vanth.ike.session;

import io.vanth.ike.exchange.Report;
import java.time.Duration;

/// How long keys are used.
final class KeyLifetimes {
    private KeyLifetimes() {}

    /// The part of its lifetime after which an ISAKMP SA is replaced: the side that began it goes first.
    ///
    /// @param margin from 0 to 1, by chance
    static Duration untilReplaced(Duration lifetime, Report.Role role, double margin) {
        double part = (role == Report.Role.INITIATOR ? 0.80 : 0.90) + 0.05 * margin;
        return Duration.ofMillis(Math.round(lifetime.toMillis() * part));
    }
}
