package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.layer.EspWrapper;
import io.vanth.dataplane.userspace.layer.Wrapper;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.PacketTooBig;
import java.io.IOException;
import java.security.GeneralSecurityException;

/// Puts the SAs of a bundle around packets, the last one on the way into its socket's lane. For the outbound agent.
final class OutboundLayers {
    /// The packet was sent, or is counted as dropped.
    static final int DONE = 0;

    /// The largest packet with what a layer may need beside it.
    private static final int SCRATCH_BYTES = 80 * 1024;

    private final Lanes lanes;
    private final ControlProxy control;
    private final AgentCounters counters;
    private final Audit audit;
    private final byte[][] scratch = new byte[2][];

    OutboundLayers(Lanes lanes, ControlProxy control, AgentCounters counters) {
        this.lanes = lanes;
        this.control = control;
        this.counters = counters;
        this.audit = new Audit(control);
    }

    /// Sends the packet of `length` bytes at `plain[offset]`, which has [EspSealer#TAILROOM] bytes behind it.
    ///
    /// RFC 4301 section 8.2.1 has the sender told of what its path takes, where the packet would come out too long and must
    /// not be fragmented. Of a forged path MTU no more is believed than what each IP version demands of every path: what is
    /// not longer goes in fragments, as does what the sender cannot make shorter, for instance because all is padded to
    /// more than the path takes.
    ///
    /// @param undividable whether it must not be fragmented, and its sender can send shorter ones
    /// @return [#DONE], or the MTU that its sender is to be told: then it was not sent
    int send(OutboundBundle bundle, byte[] plain, int offset, int length, boolean undividable, long now)
            throws IOException, GeneralSecurityException {
        if (bundle.isEnded()) {
            counters.drop(DropReason.OUTBOUND_SA_ENDED);
            return DONE;
        }
        byte[] from = plain;
        int at = offset;
        int size = length;
        for (int index = 0; index < bundle.size() - 1; index++) {
            byte[] to = scratch(index % 2);
            size = wrap(bundle.layer(index), from, at, size, to, 0);
            if (size < 0) {
                return DONE;
            }
            from = to;
            at = 0;
        }
        OutboundSa outermost = bundle.outermost();
        Wrapper wrapper = outermost.wrapper();
        PacketBatch batch = lanes.lane(outermost.transport()).batchFor(wrapper.spaceFor(size));
        int total = wrap(outermost, from, at, size, batch.bytes(), batch.next());
        if (total < 0) {
            return DONE;
        }
        if (outermost.path() != null && mustNotBeCut(batch.bytes(), batch.next())
                && outermost.path().excludes(total, outermost.peer(), now)) {
            int fits = bundle.longestWithin(outermost.path().mtu());
            int mtu = Math.max(fits, PacketTooBig.minMtu(IpVersion.of(plain, offset)));
            if (undividable && fits > 0 && length > mtu) {
                useUp(bundle, now);
                return mtu;
            }
            Ipv4Header.allowFragments(batch.bytes(), batch.next());
        }
        batch.setTrafficClass(batch.add(total, outermost.peer()), wrapper.trafficClass());
        counters.outbound(length);
        charge(bundle, length, now);
        return DONE;
    }

    private static boolean mustNotBeCut(byte[] bytes, int ip) {
        return IpVersion.of(bytes, ip) == IpVersion.V4 && Ipv4Header.dontFragment(bytes, ip);
    }

    /// Sends dummy packets through a bundle of one SA.
    void sendDummies(OutboundBundle bundle, int count, long now) throws IOException, GeneralSecurityException {
        OutboundSa association = bundle.outermost();
        for (int sent = 0; sent < count && !bundle.isEnded()
                && association.wrapper() instanceof EspWrapper wrapper; sent++) {
            PacketBatch batch = lanes.lane(association.transport()).batchFor(wrapper.spaceFor(0));
            int total = wrapper.wrapDummy(association.nextSequence(), batch.bytes(), batch.next());
            batch.setTrafficClass(batch.add(total, association.peer()), wrapper.trafficClass());
            counters.dummySent();
            reached(association, association.chargeNumber(), now);
        }
    }

    /// Wraps the packet in one layer, or counts it as dropped. A packet that the layer refuses uses no number up.
    private int wrap(OutboundSa layer, byte[] from, int at, int size, byte[] to, int place)
            throws GeneralSecurityException {
        int total = layer.wrapper().wrap(layer.nextSequence(), from, at, size, to, place);
        if (total < 0) {
            layer.takeBackSequence();
            counters.drop(reason(total));
        }
        return total;
    }

    private byte[] scratch(int which) {
        if (scratch[which] == null) {
            scratch[which] = new byte[SCRATCH_BYTES];
        }
        return scratch[which];
    }

    private static DropReason reason(int refusal) {
        return switch (refusal) {
            case Wrapper.FRAGMENT -> DropReason.OUTBOUND_FRAGMENT;
            case Wrapper.TOO_BIG -> DropReason.OUTBOUND_TOO_BIG;
            case Wrapper.ENDED -> DropReason.OUTBOUND_SA_ENDED;
            default -> DropReason.OUTBOUND_MALFORMED;
        };
    }

    private void reached(OutboundSa layer, LifetimeMeter.Limit limit, long now) {
        if (limit == LifetimeMeter.Limit.NONE) {
            return;
        }
        if (layer.isUsedUp() && audit.wants(AuditEvent.Kind.SEQUENCE_OVERFLOW, now)) {
            audit.tell(AuditEvent.Kind.SEQUENCE_OVERFLOW, layer.spi(), layer.source(), layer.id().destination(),
                    layer.lastSequence(), now);
        }
        control.limitReached(layer, limit);
    }

    /// The numbers of a packet that was wrapped and not sent do not come again: no cipher takes its nonce twice.
    private void useUp(OutboundBundle bundle, long now) {
        for (int index = 0; index < bundle.size(); index++) {
            reached(bundle.layer(index), bundle.layer(index).chargeNumber(), now);
        }
    }

    private void charge(OutboundBundle bundle, int length, long now) {
        for (int index = 0; index < bundle.size(); index++) {
            OutboundSa layer = bundle.layer(index);
            reached(layer, layer.charge(length, now), now);
        }
    }
}
