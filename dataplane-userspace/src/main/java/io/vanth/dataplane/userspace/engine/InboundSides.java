package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Where packets come out: of the host's device, or of the one that their route-based tunnel has. For one inbound agent.
final class InboundSides {
    private final Tables tables;
    private final AgentCounters counters;
    private final InboundSide host;
    private final Map<InnerLink, InboundSide> others = new HashMap<>();
    /// Those that packets of this batch came out of, but for the host's.
    private final List<InboundSide> touched = new ArrayList<>();
    private Map<SaGroup, InnerLink> links = Map.of();
    private InboundSa last;
    private InboundSide lastSide;

    InboundSides(TunDevice tun, Tables tables, AgentCounters counters) {
        this.tables = tables;
        this.counters = counters;
        this.host = new InboundSide(tun, tables, counters);
    }

    /// To be called before the packets of a batch.
    @SuppressWarnings("ReferenceEquality") // a published map is itself alone
    void start() {
        host.start();
        last = null;
        Map<SaGroup, InnerLink> now = tables.links();
        if (now != links) {
            links = now;
            others.keySet().retainAll(new HashSet<>(now.values()));
        }
    }

    /// Packets of one SA come in a row: the second is not looked for.
    @SuppressWarnings("ReferenceEquality") // an installed SA is itself alone
    InboundSide of(InboundSa association) {
        if (links.isEmpty()) {
            return host;
        }
        if (association != last) {
            last = association;
            InnerLink link = links.get(association.group());
            lastSide = link == null ? host : other(link);
        }
        return lastSide;
    }

    private InboundSide other(InnerLink link) {
        InboundSide side = others.get(link);
        if (side == null) {
            side = new InboundSide(link.tun(), link.tables(), counters);
            others.put(link, side);
        }
        if (side.touch()) {
            touched.add(side);
        }
        return side;
    }

    void flush() throws IOException {
        host.delivery().flush();
        for (int index = 0; index < touched.size(); index++) {
            touched.get(index).flush();
        }
        touched.clear();
    }

    void clear() {
        host.delivery().clear();
        others.values().forEach(side -> side.delivery().clear());
        touched.clear();
    }
}
