package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.port.EspTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The lanes of all sockets that were used. For the outbound agent.
final class Lanes {
    private final AgentCounters counters;
    private final List<Lane> lanes = new ArrayList<>();

    Lanes(AgentCounters counters) {
        this.counters = counters;
    }

    @SuppressWarnings("ReferenceEquality") // a socket is itself alone
    Lane lane(EspTransport transport) {
        for (int index = 0; index < lanes.size(); index++) {
            Lane lane = lanes.get(index);
            if (lane.transport() == transport) {
                return lane;
            }
        }
        Lane lane = new Lane(transport, counters);
        lanes.add(lane);
        return lane;
    }

    void flush() throws IOException {
        for (int index = 0; index < lanes.size(); index++) {
            lanes.get(index).flush();
        }
    }

    /// Sends what waits for the socket, and knows it no more.
    void forget(EspTransport transport) throws IOException {
        Lane lane = lane(transport);
        lane.flush();
        lanes.remove(lane);
    }
}
