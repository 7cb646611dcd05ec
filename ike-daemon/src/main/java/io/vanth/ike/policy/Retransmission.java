package io.vanth.ike.policy;

import java.time.Duration;
import java.util.stream.IntStream;

/// When a request without an answer is sent again: after `first`, then each time `factor` times as long, `tries` times in
/// all.
public record Retransmission(Duration first, double factor, int tries) {
    /// 4 s, 7.2 s, 13 s, 23 s, 42 s and then 76 s until it is given up.
    public static final Retransmission DEFAULT = new Retransmission(Duration.ofSeconds(4), 1.8, 5);

    private static final int HURRIED_TRIES = 2;

    /// The same for a peer that may have another address: soon given up.
    public Retransmission hurried() {
        return new Retransmission(first, factor, Math.min(tries, HURRIED_TRIES));
    }

    /// How long a request may take until it is given up; jitter may add a tenth.
    public Duration longest() {
        return IntStream.rangeClosed(0, tries).mapToObj(this::after).reduce(Duration.ZERO, Duration::plus);
    }

    /// The wait after the `sent`-th transmission, the first being 0.
    public Duration after(int sent) {
        return Duration.ofMillis(Math.round(first.toMillis() * Math.pow(factor, sent)));
    }
}
