package io.vanth.ike.session;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// How many aggressive modes peers may begin, each and together: one costs a Diffie-Hellman exchange before the peer has
/// shown that its address is its own.
final class AggressiveBudget {
    private static final Duration EACH_OF_SOURCE = Duration.ofMillis(200);
    private static final Duration EACH = Duration.ofMillis(20);
    /// So many may come at once; several peers may share one address behind a NAT.
    private static final int BURST = 20;

    /// When a source that keeps to its rate would begin its next one. Who is silent for a while drops out, and the rate of
    /// all bounds their number.
    private final Map<InetAddress, Instant> nextOfSource = new HashMap<>();
    private Instant next = Instant.EPOCH;

    /// Whether `source` may begin one now; if so, it counts.
    boolean allows(InetAddress source, Instant now) {
        nextOfSource.values().removeIf(each -> !each.isAfter(now));
        Instant own = nextOfSource.getOrDefault(source, now);
        Instant all = next.isAfter(now) ? next : now;
        if (own.isAfter(now.plus(EACH_OF_SOURCE.multipliedBy(BURST - 1L)))
                || all.isAfter(now.plus(EACH.multipliedBy(BURST - 1L)))) {
            return false;
        }
        nextOfSource.put(source, own.plus(EACH_OF_SOURCE));
        next = all.plus(EACH);
        return true;
    }
}
