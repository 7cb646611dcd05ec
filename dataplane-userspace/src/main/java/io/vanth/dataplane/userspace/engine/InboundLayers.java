package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.layer.Unwrapper;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;
import io.vanth.dataplane.userspace.spd.FlowCache;
import io.vanth.dataplane.userspace.spd.LayerRule;
import io.vanth.dataplane.userspace.spd.PolicyDatabase;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import io.vanth.dataplane.userspace.tun.TunDevice;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.io.IOException;
import java.security.GeneralSecurityException;

/// Takes layer after layer off a packet: SA → replay check → unwrap → window → once more while there is an SA for what
/// came out → selectors and policy → delivery. Integrity comes before anything that a packet could change (RFC 4303
/// section 3.4.3). For one inbound agent.
final class InboundLayers {
    private static final int MAX_LAYERS = 8;
    private static final int SCRATCH_BYTES = 80 * 1024;

    private final EspTransport transport;
    private final Tables tables;
    private final ControlProxy control;
    private final AgentCounters counters;
    private final InboundSides sides;
    private final PacketView view = new PacketView();
    private final SecuredPacket nested = new SecuredPacket();
    private final InboundSa[] path = new InboundSa[MAX_LAYERS];
    private byte[] scratch;
    private int depth;
    /// Where the SAs of the innermost group begin.
    private int groupStart;
    /// Where the packet comes out that was in the last layer taken off.
    private Delivery delivery;
    private FlowCache flows;
    private PolicyDatabase policies = PolicyDatabase.EMPTY;
    private final InboundReports reports;
    private Endpoint sender;
    private long sequence;
    private long now;

    InboundLayers(EspTransport transport, TunDevice tun, Tables tables, ControlProxy control,
            AgentCounters counters) {
        this.transport = transport;
        this.tables = tables;
        this.control = control;
        this.counters = counters;
        this.sides = new InboundSides(tun, tables, counters);
        this.reports = new InboundReports(transport, control);
    }

    /// To be called before the packets of a batch.
    void start(long nowMillis) {
        now = nowMillis;
        sides.start();
    }

    /// To be called after them.
    void flush() throws IOException {
        sides.flush();
    }

    void clear() {
        sides.clear();
    }

    /// Deals with a packet of ESP, AH or IPComp, whose SPI is there at least.
    void open(SecuredPacket packet, Endpoint from) throws IOException, GeneralSecurityException {
        sender = from;
        depth = 0;
        groupStart = 0;
        InboundSa association = tables.associations().inbound(packet, transport);
        if (association == null) {
            counters.drop(DropReason.INBOUND_UNKNOWN_SPI);
            reports.unknown(packet, from, now);
            return;
        }
        if (!mayBeOutermost(association)) {
            counters.drop(DropReason.INBOUND_LAYER_MISSING);
            return;
        }
        SecuredPacket current = packet;
        while (association != null && unwrap(association, current)) {
            association = next();
            current = nested;
        }
    }

    /// RFC 4303 section 3.4.1: "If a packet offered to ESP for processing appears to be an IP fragment ... the receiver MUST
    /// discard the packet; this is an auditable event."
    void refuseFragment(SecuredPacket packet, Endpoint from) {
        counters.drop(DropReason.INBOUND_FRAGMENT);
        reports.fragment(packet, from, now);
    }

    /// Takes one layer off; the packet that was in it is in the delivery's next place then, and [#view] has read it.
    private boolean unwrap(InboundSa association, SecuredPacket packet)
            throws IOException, GeneralSecurityException {
        if (association.isEnded()) {
            return drop(DropReason.INBOUND_SA_ENDED);
        }
        if (association.isStranded()) {
            return drop(DropReason.INBOUND_INTERFACE_GONE);
        }
        if (!packet.holdsSpi()) {
            return drop(DropReason.INBOUND_TOO_SHORT);
        }
        if (depth == MAX_LAYERS) {
            return drop(DropReason.INBOUND_TOO_DEEP);
        }
        sequence = association.isNumbered() ? association.window().whole(packet.sequence()) : 0;
        if (association.isNumbered() && !association.window().accepts(sequence)) {
            association.counters().countReplay();
            reports.refused(AuditEvent.Kind.REPLAY, association, sender, sequence, now);
            return drop(DropReason.INBOUND_REPLAY);
        }
        enter(sides.of(association));
        delivery.makeRoom(association.unwrapper().spaceFor(packet));
        int length = association.unwrapper().unwrap(sequence, packet, sender, delivery.bytes(), delivery.next());
        boolean authentic = length >= 0 || Unwrapper.wasAuthentic(length);
        boolean newest = authentic && association.isNumbered() && association.window().mark(sequence);
        if (length < 0) {
            return dropUnwrapped(association, length);
        }
        if (newest && !sender.equals(association.peer()) && association.mayMove(now)) {
            movePeer(association, sender);
        }
        path[depth++] = association;
        return view.read(delivery.bytes(), delivery.next(), length) || drop(DropReason.INBOUND_MALFORMED_INNER);
    }

    private void enter(InboundSide side) {
        delivery = side.delivery();
        flows = side.flows();
        policies = side.policies();
    }

    private boolean drop(DropReason reason) {
        counters.drop(reason);
        return false;
    }

    private boolean dropUnwrapped(InboundSa association, int reason) {
        if (reason == Unwrapper.BAD_INTEGRITY) {
            association.counters().countIntegrityFailure();
            reports.refused(AuditEvent.Kind.BAD_INTEGRITY, association, sender, sequence, now);
        }
        return drop(switch (reason) {
            case EspOpener.TOO_SHORT -> DropReason.INBOUND_TOO_SHORT;
            case EspOpener.BAD_ALIGNMENT -> DropReason.INBOUND_BAD_ALIGNMENT;
            case EspOpener.BAD_PADDING -> DropReason.INBOUND_BAD_PADDING;
            case Unwrapper.BAD_NEXT_HEADER -> DropReason.INBOUND_BAD_NEXT_HEADER;
            case Unwrapper.DUMMY -> DropReason.INBOUND_DUMMY;
            case Unwrapper.MALFORMED -> DropReason.INBOUND_MALFORMED_INNER;
            case Unwrapper.CONGESTED -> DropReason.INBOUND_CONGESTED;
            case Unwrapper.BAD_COMPRESSION -> DropReason.INBOUND_BAD_COMPRESSION;
            case Unwrapper.ENDED -> DropReason.INBOUND_SA_ENDED;
            default -> DropReason.INBOUND_BAD_INTEGRITY;
        });
    }

    private void movePeer(InboundSa association, Endpoint sender) {
        Endpoint before = association.peer();
        association.movePeer(sender);
        control.peerMoved(association, before, sender);
    }

    /// The SA of the packet that came out, with the packet in [#nested]; null when there is none, and then the packet is
    /// delivered or dropped.
    private InboundSa next() {
        if (isPlain()) {
            if (isAllowed() && !isDiscarded()) {
                accept();
            }
            return null;
        }
        if (!nested.read(delivery.bytes(), delivery.next(), view.length())) {
            counters.drop(DropReason.INBOUND_MALFORMED_INNER);
            return null;
        }
        if (IpProtocol.isSecured(nested.protocol()) && nested.holdsSpi() && !nested.isFragment()) {
            InboundSa association = tables.associations().inbound(nested, transport);
            if (association != null) {
                return takeOut(association) ? association : null;
            }
        }
        if (leaveUncompressedTunnel() && isAllowed() && !isDiscarded()) {
            accept();
        }
        return null;
    }

    /// Whether nothing more can be taken off, told by what is known already: the usual case costs nothing.
    private boolean isPlain() {
        return !IpProtocol.isSecured(view.protocol())
                && (view.version() == IpVersion.V4
                        || view.transport() == delivery.next() + Ipv6Header.LENGTH)
                && policies.layers(path[depth - 1].bundle()) == null;
    }

    /// Moves the packet to where a layer is taken off from. The SAs of another group than the next one's end with it.
    private boolean takeOut(InboundSa association) {
        if (!association.group().equals(path[depth - 1].group())) {
            if (!isAllowed()) {
                return false;
            }
            if (!mayBeOutermost(association)) {
                return drop(DropReason.INBOUND_LAYER_MISSING);
            }
            groupStart = depth;
        }
        if (scratch == null) {
            scratch = new byte[SCRATCH_BYTES];
        }
        int length = nested.length();
        System.arraycopy(nested.bytes(), nested.ip(), scratch, 0, length);
        return nested.read(scratch, 0, length);
    }

    /// A packet that IPComp in tunnel mode did not make smaller comes behind the tunnel's header as it is (RFC 3173
    /// section 2.2).
    private boolean leaveUncompressedTunnel() {
        InboundSa last = path[depth - 1];
        LayerRule rule = policies.layers(last.bundle());
        if (rule == null || last.mode() == Mode.TUNNEL || !rule.tunnelsCompressed()) {
            return true;
        }
        int version = switch (nested.protocol()) {
            case IpProtocol.IPV4 -> IpVersion.V4;
            case IpProtocol.IPV6 -> IpVersion.V6;
            default -> 0;
        };
        if (version == 0) {
            return true;
        }
        int length = nested.payloadLength();
        System.arraycopy(nested.bytes(), nested.payload(), delivery.bytes(), delivery.next(), length);
        return view.read(delivery.bytes(), delivery.next(), length) && view.version() == version
                || drop(DropReason.INBOUND_MALFORMED_INNER);
    }

    /// Whether nothing has to be around its packets, or the policy is to say so.
    private static boolean mayBeOutermost(InboundSa association) {
        return association.isOutermost() || association.asksPolicies();
    }

    /// Whether the packet may have come through the SAs of the innermost group, and has come through all of them.
    private boolean isAllowed() {
        if (path[depth - 1].asksPolicies()) {
            return isAllowedByPolicy();
        }
        for (int index = groupStart; index < depth; index++) {
            if (!path[index].takes(view)) {
                path[index].counters().countSelectorDrop();
                reports.refused(AuditEvent.Kind.SELECTOR_MISMATCH, path[index], sender, sequence, now);
                return drop(DropReason.INBOUND_SELECTOR_MISMATCH);
            }
        }
        InboundSa last = path[depth - 1];
        LayerRule rule = policies.layers(last.bundle());
        return last.bundle().isWhole(path, groupStart, depth)
                && (rule == null || rule.isSatisfiedBy(path, groupStart, depth))
                || drop(DropReason.INBOUND_LAYER_MISSING);
    }

    /// Whether the policy that decides about the packet wants the SAs that it came through (RFC 4301 section 5.2 step 4).
    private boolean isAllowedByPolicy() {
        InboundSa last = path[depth - 1];
        PolicyRule rule = flows.find(policies, view);
        if (rule == null || !rule.protectsWith(last.group())) {
            last.counters().countSelectorDrop();
            reports.refused(AuditEvent.Kind.SELECTOR_MISMATCH, last, sender, sequence, now);
            return drop(DropReason.INBOUND_SELECTOR_MISMATCH);
        }
        return rule.layers().isSatisfiedBy(path, groupStart, depth) || drop(DropReason.INBOUND_LAYER_MISSING);
    }

    private boolean isDiscarded() {
        if (!policies.anyDiscard()) {
            return false;
        }
        PolicyRule rule = flows.find(policies, view);
        boolean discarded = rule != null && rule.discards();
        if (discarded) {
            counters.drop(DropReason.INBOUND_POLICY_DISCARD);
        }
        return discarded;
    }

    private void accept() {
        int length = view.length();
        delivery.add(view);
        for (int index = 0; index < depth; index++) {
            LifetimeMeter.Limit limit = path[index].charge(length, now);
            if (limit != LifetimeMeter.Limit.NONE) {
                control.limitReached(path[index], limit);
            }
        }
    }
}
