package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.time.Instant;

/// An SA that opens. Its window belongs to the inbound agent of its transport.
public final class InboundSa extends InstalledSa {
    private final EspOpener opener;
    private final ReplayWindow window;

    public InboundSa(SecurityAssociation association, EspTransport transport, Endpoint peer, Instant installed,
            EspOpener opener) {
        super(association, transport, peer, installed);
        this.opener = opener;
        this.window = new ReplayWindow(association.replay().window());
    }

    /// What opens.
    public EspOpener opener() {
        return opener;
    }

    /// The sequence numbers that were seen.
    public ReplayWindow window() {
        return window;
    }

    /// Whether the packet may have come through this SA.
    public boolean takes(PacketView packet) {
        return SelectorMatcher.anyInbound(selectors(), packet);
    }

    @Override
    long packetsForLimit() {
        return counters().packets();
    }
}
