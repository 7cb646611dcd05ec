package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import java.io.IOException;

/// Sealed packets on their way to one socket, back to back so that runs of equal ones leave with one call.
final class Lane {
    private static final int PACKETS = 512;
    private static final int BYTES = 768 * 1024;

    private final EspTransport transport;
    private final AgentCounters counters;
    private final PacketBatch batch = new PacketBatch(PACKETS, BYTES, 0, 0);

    Lane(EspTransport transport, AgentCounters counters) {
        this.transport = transport;
        this.counters = counters;
    }

    EspTransport transport() {
        return transport;
    }

    /// The batch, with room for one more datagram of `length` bytes.
    PacketBatch batchFor(int length) throws IOException {
        if (batch.room() < length) {
            flush();
        }
        return batch;
    }

    /// Agents of several devices may have lanes to one socket.
    void flush() throws IOException {
        if (batch.count() > 0) {
            int sent;
            synchronized (transport) {
                sent = transport.send(batch);
            }
            counters.drop(DropReason.OUTBOUND_SOCKET_LOST, batch.count() - sent);
            batch.clear();
        }
    }
}
