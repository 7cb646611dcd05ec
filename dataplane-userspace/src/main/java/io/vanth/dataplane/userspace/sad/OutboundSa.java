package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.time.Instant;

/// An SA that seals. Its sequence number belongs to the outbound agent.
public final class OutboundSa extends InstalledSa {
    private final EspSealer sealer;
    private long lastSequence;

    public OutboundSa(SecurityAssociation association, EspTransport transport, Endpoint peer, Instant installed,
            EspSealer sealer) {
        this(association, transport, peer, installed, sealer, 0);
    }

    /// As if `lastSequence` packets had been sent already.
    public OutboundSa(SecurityAssociation association, EspTransport transport, Endpoint peer, Instant installed,
            EspSealer sealer, long lastSequence) {
        super(association, transport, peer, installed);
        this.sealer = sealer;
        this.lastSequence = lastSequence;
    }

    /// What seals.
    public EspSealer sealer() {
        return sealer;
    }

    /// The next sequence number; never after the SA has ended, which it does before a number would come twice.
    public int nextSequence() {
        if (lastSequence == LifetimeMeter.LAST_SEQUENCE) {
            throw new IllegalStateException("sequence numbers of " + id() + " are used up");
        }
        return (int) ++lastSequence;
    }

    /// Whether the packet may use this SA.
    public boolean takes(PacketView packet) {
        return SelectorMatcher.anyOutbound(selectors(), packet);
    }

    @Override
    long packetsForLimit() {
        return lastSequence;
    }
}
