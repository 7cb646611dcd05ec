package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import java.net.InetAddress;
import java.time.Instant;

/// What the two directions have in common. Keys are with the sealer or opener alone.
public abstract sealed class InstalledSa permits InboundSa, OutboundSa {
    private final SecurityAssociation association;
    private final EspTransport transport;
    private final Instant installed;
    private final SelectorMatcher[] selectors;
    private final LifetimeMeter meter;
    private final SaCounters counters = new SaCounters();
    private volatile Endpoint peer;
    private volatile boolean ended;

    InstalledSa(SecurityAssociation association, EspTransport transport, Endpoint peer, Instant installed) {
        this.association = association;
        this.transport = transport;
        this.peer = peer;
        this.installed = installed;
        this.selectors = SelectorMatcher.of(association.selectors());
        boolean limited = association.id().protocol() != SecurityProtocol.IPCOMP && !association.replay().extended();
        this.meter = new LifetimeMeter(association.soft(), association.hard(), installed,
                limited ? LifetimeMeter.LAST_SEQUENCE : LifetimeMeter.LAST_EXTENDED_SEQUENCE);
    }

    /// What identifies it.
    public final SaId id() {
        return association.id();
    }

    /// The SPI.
    public final int spi() {
        return association.id().spi().value();
    }

    /// The outer source address.
    public final InetAddress source() {
        return association.source();
    }

    /// The group it belongs to.
    public final SaGroup group() {
        return association.group();
    }

    /// The socket that its packets use.
    public final EspTransport transport() {
        return transport;
    }

    /// Where its packets go to or come from.
    public final Endpoint peer() {
        return peer;
    }

    /// Moves the peer.
    public final void movePeer(Endpoint now) {
        peer = now;
    }

    /// Tunnel or transport mode.
    public final Mode mode() {
        return association.mode();
    }

    /// Whether it is carried in UDP.
    public final boolean isInUdp() {
        return association.encapsulation().isPresent();
    }

    /// Whether it must not be used any more.
    public final boolean isEnded() {
        return ended;
    }

    /// Ends it: the agents stop at once.
    public void end() {
        ended = true;
    }

    /// What it has carried.
    public final SaCounters counters() {
        return counters;
    }

    /// Its limits.
    public final LifetimeMeter meter() {
        return meter;
    }

    final SelectorMatcher[] selectors() {
        return selectors;
    }

    /// Counts a packet of `length` inner bytes; a hard limit ends the SA at once.
    public final LifetimeMeter.Limit charge(int length, long nowMillis) {
        counters.countPacket(length, nowMillis);
        LifetimeMeter.Limit limit = meter.charge(packetsForLimit(), counters.bytes());
        if (limit == LifetimeMeter.Limit.HARD) {
            end();
        }
        return limit;
    }

    /// Charges a number that carries nothing: of a dummy packet, or of one that was too long for its path.
    public final LifetimeMeter.Limit chargeNumber() {
        LifetimeMeter.Limit limit = meter.charge(packetsForLimit(), counters.bytes());
        if (limit == LifetimeMeter.Limit.HARD) {
            end();
        }
        return limit;
    }

    /// When it was installed.
    public final Instant installed() {
        return installed;
    }

    /// What it hides of lengths and times.
    public final FlowConfidentiality flow() {
        return association.outer().flow();
    }

    abstract long packetsForLimit();

    /// As the data plane lists it.
    public final SaStatus status() {
        return new SaStatus(association.id(), association.direction(), association.mode(), association.transform(),
                association.selectors(), peer.socketAddress(), association.group(), installed, counters.snapshot());
    }
}
