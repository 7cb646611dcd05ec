package io.vanth.ike.session;

import java.time.Duration;
import java.time.Instant;

/// What was agreed and soon taken away again. Two devices that take it from each other would otherwise do so each second
/// for ever, each time with success.
final class Losses {
    /// What lasted so long did not come and go. It is more than the longest pause: so long the other device has it.
    private static final Duration LASTING = Duration.ofSeconds(45);
    /// No more count: a pause of half a minute.
    private static final int MOST = 6;

    private int inSuccession;

    /// How long to wait, now that it has been lost, before it is agreed again.
    Duration pause(Instant established, Instant now) {
        inSuccession = established.plus(LASTING).isAfter(now) ? Math.min(inSuccession + 1, MOST) : 1;
        return Pauses.after(inSuccession);
    }
}
