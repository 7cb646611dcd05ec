package io.vanth.dataplane.userspace.engine;

import java.net.InetAddress;
import java.time.Instant;

/// Tells the control thread of audit events, a few of each kind in a second: who floods does not fill the log. What is not
/// told is counted. For one agent.
final class Audit {
    private static final int EVENTS_PER_SECOND = 2;
    private static final AuditEvent.Kind[] KINDS = AuditEvent.Kind.values();

    private final ControlProxy control;
    private final RateLimit[] limits = new RateLimit[KINDS.length];
    private final long[] untold = new long[KINDS.length];

    Audit(ControlProxy control) {
        this.control = control;
        for (int index = 0; index < limits.length; index++) {
            limits[index] = new RateLimit(EVENTS_PER_SECOND);
        }
    }

    /// Whether an event of the kind is to be told now; else it is counted.
    @SuppressWarnings("EnumOrdinal") // an index for the life of this process only
    boolean wants(AuditEvent.Kind kind, long nowMillis) {
        boolean wanted = limits[kind.ordinal()].allows(nowMillis);
        untold[kind.ordinal()] += wanted ? 0 : 1;
        return wanted;
    }

    /// Tells an event that is wanted.
    @SuppressWarnings("EnumOrdinal")
    void tell(AuditEvent.Kind kind, int spi, InetAddress source, InetAddress destination, long sequence,
            long nowMillis) {
        long more = untold[kind.ordinal()];
        untold[kind.ordinal()] = 0;
        control.audit(
                new AuditEvent(kind, spi, source, destination, sequence, Instant.ofEpochMilli(nowMillis), more));
    }
}
