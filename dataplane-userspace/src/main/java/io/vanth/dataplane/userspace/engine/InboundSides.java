package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Where packets come out: of the host's device, or of the one that their route-based tunnel has. For one inbound agent.
final class InboundSides {
    private final Tables tables;
    private final AgentCounters counters;
    private final InboundSide host;
    private final Map<InnerLink, InboundSide> others = new HashMap<>();
    private Map<SaGroup, InnerLink> links = Map.of();

    InboundSides(TunDevice tun, Tables tables, AgentCounters counters) {
        this.tables = tables;
        this.counters = counters;
        this.host = new InboundSide(tun, tables, counters);
    }

    /// To be called before the packets of a batch.
    @SuppressWarnings("ReferenceEquality") // a published map is itself alone
    void start() {
        host.start();
        Map<SaGroup, InnerLink> now = tables.links();
        if (now != links) {
            links = now;
            others.keySet().retainAll(now.values());
        }
        if (!others.isEmpty()) {
            others.values().forEach(InboundSide::start);
        }
    }

    InboundSide of(InboundSa association) {
        if (links.isEmpty()) {
            return host;
        }
        InnerLink link = links.get(association.group());
        if (link == null) {
            return host;
        }
        InboundSide side = others.get(link);
        if (side == null) {
            side = new InboundSide(link.tun(), link.tables(), counters);
            others.put(link, side);
        }
        return side;
    }

    void flush() throws IOException {
        host.delivery().flush();
        if (!others.isEmpty()) {
            for (InboundSide side : others.values()) {
                side.delivery().flush();
            }
        }
    }

    void clear() {
        host.delivery().clear();
        others.values().forEach(side -> side.delivery().clear());
    }
}
