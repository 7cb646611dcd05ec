package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.layer.Wrapper;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import java.io.IOException;
import java.security.GeneralSecurityException;

/// Puts the SAs of a bundle around packets, the last one on the way into its socket's lane. For the outbound agent.
final class OutboundLayers {
    /// The largest packet with what a layer may need beside it.
    private static final int SCRATCH_BYTES = 80 * 1024;

    private final Lanes lanes;
    private final ControlProxy control;
    private final AgentCounters counters;
    private final byte[][] scratch = new byte[2][];

    OutboundLayers(Lanes lanes, ControlProxy control, AgentCounters counters) {
        this.lanes = lanes;
        this.control = control;
        this.counters = counters;
    }

    /// Sends the packet of `length` bytes at `plain[offset]`, which has [EspSealer#TAILROOM] bytes behind it.
    void send(OutboundBundle bundle, byte[] plain, int offset, int length, long now)
            throws IOException, GeneralSecurityException {
        if (bundle.isEnded()) {
            counters.drop(DropReason.OUTBOUND_SA_ENDED);
            return;
        }
        byte[] from = plain;
        int at = offset;
        int size = length;
        for (int index = 0; index < bundle.size() - 1; index++) {
            byte[] to = scratch(index % 2);
            OutboundSa layer = bundle.layer(index);
            size = layer.wrapper().wrap(layer.nextSequence(), from, at, size, to, 0);
            if (size < 0) {
                counters.drop(reason(size));
                return;
            }
            from = to;
            at = 0;
        }
        OutboundSa outermost = bundle.outermost();
        Wrapper wrapper = outermost.wrapper();
        PacketBatch batch = lanes.lane(outermost.transport()).batchFor(wrapper.spaceFor(size));
        int total = wrapper.wrap(outermost.nextSequence(), from, at, size, batch.bytes(), batch.next());
        if (total < 0) {
            counters.drop(reason(total));
            return;
        }
        batch.setTrafficClass(batch.add(total, outermost.peer()), wrapper.trafficClass());
        counters.outbound(length);
        charge(bundle, length, now);
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
            default -> DropReason.OUTBOUND_MALFORMED;
        };
    }

    private void charge(OutboundBundle bundle, int length, long now) {
        for (int index = 0; index < bundle.size(); index++) {
            OutboundSa layer = bundle.layer(index);
            LifetimeMeter.Limit limit = layer.charge(length, now);
            if (limit != LifetimeMeter.Limit.NONE) {
                control.limitReached(layer, limit);
            }
        }
    }
}
