package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;

/// What goes to an SA's peer in one piece, as far as the system knows. RFC 4301 section 8.2.2: "the PMTU associated with
/// an SA MUST be aged": the system ages what it knows, and is asked again after a second. For the outbound agent.
public final class PathLimit {
    private static final long AGE_MILLIS = 1000;
    /// What every path takes: RFC 791 section 3.1.
    private static final int ALWAYS = 576;

    private final EspTransport transport;
    private Endpoint asked;
    private long askedAt;
    private int mtu;

    PathLimit(EspTransport transport) {
        this.transport = transport;
    }

    /// Whether a packet of `length` bytes does not go to `peer` in one piece.
    @SuppressWarnings("ReferenceEquality") // an SA's peer is replaced, never changed
    public boolean excludes(int length, Endpoint peer, long nowMillis) {
        if (length <= ALWAYS) {
            return false;
        }
        if (peer != asked || nowMillis - askedAt >= AGE_MILLIS || nowMillis < askedAt) {
            mtu = transport.pathMtu(peer);
            asked = peer;
            askedAt = nowMillis;
        }
        return length > mtu;
    }

    /// What was known last, in bytes.
    public int mtu() {
        return mtu;
    }
}
