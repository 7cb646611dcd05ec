package io.vanth.ike.session;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.ChildSa;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/// An SA pair in the data plane with its timers.
final class LiveChild {
    private final ChildSa child;
    private final IsakmpSa under;
    private final Instant begun;
    private final Instant established;
    private final SaTimers timers = new SaTimers();
    private Instant rekeyAt;
    private Instant expires;
    private Optional<OutboundSwitch> outbound = Optional.empty();
    private boolean doubtful;

    /// @param under the ISAKMP SA of its quick mode
    /// @param begun when its quick mode began
    LiveChild(ChildSa child, IsakmpSa under, Instant begun, Instant established, Instant rekeyAt, Instant expires) {
        this.child = child;
        this.under = under;
        this.begun = begun;
        this.established = established;
        this.rekeyAt = rekeyAt;
        this.expires = expires;
    }

    ChildSa child() {
        return child;
    }

    IsakmpSa under() {
        return under;
    }

    /// Whether both sides began at the same time, so that each got a pair of its own.
    boolean collidesWith(LiveChild older) {
        return child.role() != older.child.role() && begun.isBefore(older.established);
    }

    /// Of two pairs that collide, the one stays whose initiator chose the lower SPI, which both sides see alike.
    boolean losesAgainst(LiveChild older) {
        return collidesWith(older) && Integer.compareUnsigned(initiatorsSpi(), older.initiatorsSpi()) > 0;
    }

    private int initiatorsSpi() {
        return (child.role() == Report.Role.INITIATOR ? child.inbound() : child.outbound()).spi().value();
    }

    Instant established() {
        return established;
    }

    Instant rekeyAt() {
        return rekeyAt;
    }

    Instant expires() {
        return expires;
    }

    /// Whether our packets go to this address.
    boolean leadsTo(InetAddress peer) {
        return child.outbound().destination().equals(peer);
    }

    /// The peer may have lost it: it only bridges the time to the next pair.
    void doubt() {
        doubtful = true;
    }

    boolean doubtful() {
        return doubtful;
    }

    /// A timer that ends with the pair.
    void schedule(TimerQueue.Timer timer) {
        timers.add(timer);
    }

    /// When it is to be replaced and when it ends, in place of what was said before.
    void limit(TimerQueue.Timer renewal, TimerQueue.Timer expiry) {
        rekeyAt = renewal.at();
        expires = expiry.at();
        timers.limit(renewal, expiry);
    }

    /// Its outbound SA is not used before the older pair has to go.
    void hold(OutboundSwitch change) {
        outbound = Optional.of(change);
    }

    /// Whether its outbound SA is still held back.
    boolean holds() {
        return outbound.filter(OutboundSwitch::holds).isPresent();
    }

    /// The older pair goes.
    void useOutbound() {
        outbound.ifPresent(OutboundSwitch::now);
    }

    void end() {
        timers.cancel();
        outbound.ifPresent(OutboundSwitch::cancel);
    }
}
