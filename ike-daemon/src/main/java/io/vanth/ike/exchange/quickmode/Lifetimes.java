package io.vanth.ike.exchange.quickmode;

import java.time.Duration;
import java.util.Optional;

/// Of two lifetimes the shorter counts.
final class Lifetimes {
    private Lifetimes() {}

    static Duration shorter(Duration own, Optional<Duration> peers) {
        return peers.filter(each -> each.compareTo(own) < 0).orElse(own);
    }
}
