package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.spd.FlowCache;
import io.vanth.dataplane.userspace.spd.PolicyDatabase;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;

/// A device that packets come out of, with the policies about them. For one inbound agent.
final class InboundSide {
    private final Tables tables;
    private final Delivery delivery;
    private final FlowCache flows = new FlowCache(false);
    private PolicyDatabase policies;
    private boolean touched;

    InboundSide(TunDevice tun, Tables tables, AgentCounters counters) {
        this.tables = tables;
        this.delivery = new Delivery(tun, counters);
        this.policies = tables.policies();
    }

    /// To be called before the packets of a batch.
    void start() {
        policies = tables.policies();
    }

    /// To be called before a packet; whether it is the first one of a batch.
    boolean touch() {
        boolean first = !touched;
        if (first) {
            start();
            touched = true;
        }
        return first;
    }

    /// To be called after a batch that touched it.
    void flush() throws IOException {
        touched = false;
        delivery.flush();
    }

    Delivery delivery() {
        return delivery;
    }

    FlowCache flows() {
        return flows;
    }

    PolicyDatabase policies() {
        return policies;
    }
}
