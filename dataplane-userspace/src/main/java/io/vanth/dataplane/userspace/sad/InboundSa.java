package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.userspace.layer.Unwrapper;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.time.Instant;

/// An SA that unwraps. Its window belongs to the inbound agent of its transport.
public final class InboundSa extends InstalledSa {
    private static final long MOVE_PAUSE_MILLIS = 1000;

    private final Unwrapper unwrapper;
    private final ReplayWindow window;
    private final int protocol;
    private final boolean inUdp;
    private final boolean mobile;
    private final boolean numbered;
    private final long destinationHigh;
    private final long destinationLow;
    private InboundBundle bundle;
    private boolean outermost;
    private volatile boolean stranded;
    private boolean hasMoved;
    private long movedAt;

    public InboundSa(SecurityAssociation association, EspTransport transport, Endpoint peer, Instant installed,
            Unwrapper unwrapper) {
        super(association, transport, peer, installed);
        this.unwrapper = unwrapper;
        this.window = new ReplayWindow(association.replay());
        this.protocol = association.id().protocol().ipProtocol();
        this.inUdp = association.encapsulation().isPresent();
        this.mobile = inUdp && association.transform().isAuthenticated();
        this.numbered = association.id().protocol() != SecurityProtocol.IPCOMP;
        byte[] destination = association.id().destination().getAddress();
        this.destinationHigh = destination.length == Integer.BYTES ? 0 : NetworkOrder.i64(destination, 0);
        this.destinationLow = destination.length == Integer.BYTES
                ? Integer.toUnsignedLong(NetworkOrder.i32(destination, 0))
                : NetworkOrder.i64(destination, Long.BYTES);
    }

    /// What unwraps.
    public Unwrapper unwrapper() {
        return unwrapper;
    }

    /// Called once, before the SA is published.
    void join(InboundBundle its, boolean isOutermost) {
        bundle = its;
        outermost = isOutermost;
    }

    /// The SAs that its packets come through.
    public InboundBundle bundle() {
        return bundle;
    }

    /// Whether its packets may come from the wire, or out of the SAs of another group: nothing has to be around them.
    public boolean isOutermost() {
        return outermost;
    }

    /// Says whether the interface that its packets come out of has no policy of its group any more. They come out of no
    /// other.
    public void strand(boolean now) {
        stranded = now;
    }

    /// Whether its packets come out nowhere.
    public boolean isStranded() {
        return stranded;
    }

    @Override
    public void end() {
        super.end();
        unwrapper.close();
    }

    /// Whether its peer may move now: behind NAT, where the packets that say so are authenticated (RFC 3948: else anybody
    /// could have all traffic sent to him), and not with every packet but once a second. For the inbound agent.
    public boolean mayMove(long nowMillis) {
        boolean may = mobile && (nowMillis - movedAt >= MOVE_PAUSE_MILLIS || nowMillis < movedAt || !hasMoved);
        if (may) {
            hasMoved = true;
            movedAt = nowMillis;
        }
        return may;
    }

    /// Whether its packets are numbered; IPComp's are not.
    public boolean isNumbered() {
        return numbered;
    }

    /// Whether `packet`, which has its SPI, is for it: of its protocol and to its address, or of ESP in UDP.
    public boolean isFor(SecuredPacket packet) {
        return inUdp
                ? packet.isHeadless()
                : !packet.isHeadless() && packet.protocol() == protocol && packet.destinationLow() == destinationLow
                        && packet.destinationHigh() == destinationHigh;
    }

    /// The sequence numbers that were seen.
    public ReplayWindow window() {
        return window;
    }

    /// Whether the policies say what may come through it.
    public boolean asksPolicies() {
        return selectors().length == 0;
    }

    /// Whether the packet may have come through this SA, which does not ask the policies.
    public boolean takes(PacketView packet) {
        return SelectorMatcher.anyInbound(selectors(), packet);
    }

    @Override
    long packetsForLimit() {
        return counters().packets();
    }
}
