package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.userspace.wire.PacketView;

/// Remembers which rule decided about a flow. Bounded: flows that fall on the same place take turns. One for each agent
/// and direction.
public final class FlowCache {
    private static final int PLACES = 4096;
    private static final int PLACE_BITS = 12;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final int PORT_BITS = 16;
    private static final int PROTOCOL_SHIFT = 40;
    private static final int PORT_MASK = 0xFFFF;
    private static final int NO_PORT_SHIFT = 48;
    private static final int VERSION_SHIFT = 56;

    private final boolean outbound;
    private final Flow[] flows = new Flow[PLACES];
    private PolicyDatabase database = PolicyDatabase.EMPTY;

    public FlowCache(boolean outbound) {
        this.outbound = outbound;
        for (int place = 0; place < PLACES; place++) {
            flows[place] = new Flow();
        }
    }

    /// The rule of `now` that decides about `packet`, or null.
    public PolicyRule find(PolicyDatabase now, PacketView packet) {
        if (now != database) {
            forget();
            database = now;
        }
        long ports = ports(packet);
        long hash = (packet.sourceHigh() * 31 + packet.sourceLow()) * SPREAD
                + (packet.destinationHigh() * 31 + packet.destinationLow()) * 31 + ports;
        Flow flow = flows[(int) (hash * SPREAD >>> Long.SIZE - PLACE_BITS)];
        if (!flow.is(packet, ports)) {
            flow.set(packet, ports, database.first(packet, outbound));
        }
        return flow.rule;
    }

    private void forget() {
        for (Flow flow : flows) {
            flow.known = false;
            flow.rule = null;
        }
    }

    private static long ports(PacketView packet) {
        long noPort = packet.sourcePort() == PacketView.NO_PORT ? 1 : 0;
        return (long) packet.version() << VERSION_SHIFT | noPort << NO_PORT_SHIFT
                | (long) packet.protocol() << PROTOCOL_SHIFT
                | (long) (packet.sourcePort() & PORT_MASK) << PORT_BITS | packet.destinationPort() & PORT_MASK;
    }

    private static final class Flow {
        private boolean known;
        private long sourceHigh;
        private long sourceLow;
        private long destinationHigh;
        private long destinationLow;
        private long ports;
        private PolicyRule rule;

        boolean is(PacketView packet, long packetPorts) {
            return known && ports == packetPorts && sourceLow == packet.sourceLow()
                    && destinationLow == packet.destinationLow() && sourceHigh == packet.sourceHigh()
                    && destinationHigh == packet.destinationHigh();
        }

        void set(PacketView packet, long packetPorts, PolicyRule decided) {
            known = true;
            sourceHigh = packet.sourceHigh();
            sourceLow = packet.sourceLow();
            destinationHigh = packet.destinationHigh();
            destinationLow = packet.destinationLow();
            ports = packetPorts;
            rule = decided;
        }
    }
}
