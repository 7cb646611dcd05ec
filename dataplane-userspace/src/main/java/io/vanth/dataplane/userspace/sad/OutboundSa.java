package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.layer.Wrapper;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.time.Instant;

/// An SA that wraps. Its sequence number belongs to the outbound agent.
public final class OutboundSa extends InstalledSa {
    private final Wrapper wrapper;
    private final PathLimit path;
    private long lastSequence;

    public OutboundSa(SecurityAssociation association, EspTransport transport, Endpoint peer, Instant installed,
            Wrapper wrapper) {
        this(association, transport, peer, installed, wrapper, 0);
    }

    /// As if `lastSequence` packets had been sent already.
    public OutboundSa(SecurityAssociation association, EspTransport transport, Endpoint peer, Instant installed,
            Wrapper wrapper, long lastSequence) {
        super(association, transport, peer, installed);
        this.wrapper = wrapper;
        this.path = transport.isRaw() ? new PathLimit(transport) : null;
        this.lastSequence = lastSequence;
    }

    /// What wraps.
    public Wrapper wrapper() {
        return wrapper;
    }

    /// What its path takes; null in UDP, whose socket cuts what is too long.
    public PathLimit path() {
        return path;
    }

    /// The next sequence number; never after the SA has ended, which it does before a number would come twice.
    public long nextSequence() {
        if (isUsedUp()) {
            throw new IllegalStateException("sequence numbers of " + id() + " are used up");
        }
        return ++lastSequence;
    }

    /// The number that was used last.
    public long lastSequence() {
        return lastSequence;
    }

    /// Whether there is no number left.
    public boolean isUsedUp() {
        return lastSequence == meter().lastSequence();
    }

    /// The number that [#nextSequence()] gave last was not used, and comes again.
    public void takeBackSequence() {
        lastSequence--;
    }

    @Override
    public void end() {
        super.end();
        wrapper.close();
    }

    /// Whether the packet, which a policy of its group led here, may use this SA.
    public boolean takes(PacketView packet) {
        return selectors().length == 0 || SelectorMatcher.anyOutbound(selectors(), packet);
    }

    @Override
    long packetsForLimit() {
        return lastSequence;
    }
}
