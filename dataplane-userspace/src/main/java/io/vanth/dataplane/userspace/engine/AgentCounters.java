package io.vanth.dataplane.userspace.engine;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// What one agent has done: written by the agent alone, read by anyone without waiting.
@SuppressWarnings("EnumOrdinal") // an index for the life of this process only
final class AgentCounters {
    private final AtomicLongArray drops = new AtomicLongArray(DropReason.count());
    private final AtomicLong inboundPackets = new AtomicLong();
    private final AtomicLong inboundBytes = new AtomicLong();
    private final AtomicLong outboundPackets = new AtomicLong();
    private final AtomicLong outboundBytes = new AtomicLong();
    private final AtomicLong ikeReceived = new AtomicLong();
    private final AtomicLong ikeSent = new AtomicLong();
    private final AtomicLong keepalivesReceived = new AtomicLong();
    private final AtomicLong acquires = new AtomicLong();
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong bypassed = new AtomicLong();
    private final AtomicLong tooBigAnswers = new AtomicLong();
    private final AtomicLong dummiesSent = new AtomicLong();

    void drop(DropReason reason) {
        drop(reason, 1);
    }

    void drop(DropReason reason, long packets) {
        int index = reason.ordinal();
        drops.setOpaque(index, drops.getPlain(index) + packets);
    }

    void inbound(int length) {
        add(inboundPackets, 1);
        add(inboundBytes, length);
    }

    void outbound(int length) {
        add(outboundPackets, 1);
        add(outboundBytes, length);
    }

    void ikeReceived() {
        add(ikeReceived, 1);
    }

    void ikeSent() {
        add(ikeSent, 1);
    }

    void keepaliveReceived() {
        add(keepalivesReceived, 1);
    }

    void acquire() {
        add(acquires, 1);
    }

    void held() {
        add(held, 1);
    }

    void bypassed() {
        add(bypassed, 1);
    }

    void dummySent() {
        add(dummiesSent, 1);
    }

    void tooBigAnswer() {
        add(tooBigAnswers, 1);
    }

    private static void add(AtomicLong counter, long more) {
        counter.setOpaque(counter.getPlain() + more);
    }

    /// Adds all numbers to `sums`.
    void addTo(Map<String, Long> sums) {
        sums.merge("inbound_packets", inboundPackets.getOpaque(), Long::sum);
        sums.merge("inbound_bytes", inboundBytes.getOpaque(), Long::sum);
        sums.merge("outbound_packets", outboundPackets.getOpaque(), Long::sum);
        sums.merge("outbound_bytes", outboundBytes.getOpaque(), Long::sum);
        sums.merge("ike_datagrams_received", ikeReceived.getOpaque(), Long::sum);
        sums.merge("ike_datagrams_sent", ikeSent.getOpaque(), Long::sum);
        sums.merge("keepalives_received", keepalivesReceived.getOpaque(), Long::sum);
        sums.merge("acquires", acquires.getOpaque(), Long::sum);
        sums.merge("held_packets", held.getOpaque(), Long::sum);
        sums.merge("bypassed_packets", bypassed.getOpaque(), Long::sum);
        sums.merge("dummies_sent", dummiesSent.getOpaque(), Long::sum);
        sums.merge("too_big_answers", tooBigAnswers.getOpaque(), Long::sum);
        for (DropReason reason : DropReason.all()) {
            sums.merge(reason.counterName(), drops.getOpaque(reason.ordinal()), Long::sum);
        }
    }
}
