package io.vanth.dataplane.userspace.layer;

import java.util.concurrent.atomic.AtomicInteger;

/// The identifications of the IPv4 packets that one engine makes: one row of numbers for all SAs, because fragments of two
/// SAs between the same hosts are told apart by nothing else (RFC 6864 section 4.3). For any thread.
public final class Identifications {
    private static final int MASK = 0xFFFF;

    private final AtomicInteger last;

    /// Starts behind `first`.
    public Identifications(int first) {
        last = new AtomicInteger(first);
    }

    /// The next one; never 0, for which a raw socket would choose another.
    int next() {
        int next = last.incrementAndGet() & MASK;
        return next == 0 ? next() : next;
    }
}
