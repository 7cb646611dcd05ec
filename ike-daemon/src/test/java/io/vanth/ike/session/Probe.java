package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.wire.Bytes;
import java.net.InetSocketAddress;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Sends an end datagrams that must come to nothing, in the name of the other end: at most one answer, one line of the log
/// with the reason, and every SA as before.
record Probe(Pair pair, Pair.Host host) {
    void send(Bytes datagram) {
        Set<Object> before = Set.copyOf(host.installed.keySet());
        int sent = host.sent.size();
        host.reports.clear();
        take(datagram);
        assertTrue(host.sent.size() <= sent + 1, "more than one answer");
        assertEquals(1, reasons(), () -> "lines of the log for %s: %s".formatted(datagram, host.reports));
        assertEquals(before, host.installed.keySet());
    }

    /// Only sends it.
    void take(Bytes datagram) {
        host.event(new Event.Datagram(new Path(new InetSocketAddress(host.address, 500),
                new InetSocketAddress(host == pair.a() ? Pair.B : Pair.A, 500), false), datagram));
    }

    /// What says why nothing came of a message. That a negotiation began and what was answered are lines of their own.
    private long reasons() {
        return host.reports.stream().filter(each -> !(each instanceof Report.Started)
                && !(each instanceof Report.Notify notify && notify.sent())).count();
    }
}
