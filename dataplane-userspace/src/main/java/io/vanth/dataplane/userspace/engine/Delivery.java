package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.offload.Coalescer;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.tun.TunDevice;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.io.IOException;

/// Inner packets on their way to the TUN device, segments of TCP and UDP joined. For one inbound agent.
final class Delivery {
    private static final int PACKETS = 256;
    private static final int BYTES = 512 * 1024;

    private final TunDevice tun;
    private final AgentCounters counters;
    private final PacketBatch output = new PacketBatch(PACKETS, BYTES, TunDevice.HEADROOM, 0);
    private final Coalescer coalescer;

    Delivery(TunDevice tun, AgentCounters counters) {
        this.tun = tun;
        this.counters = counters;
        this.coalescer = new Coalescer(output, tun.takesUdpSegments());
    }

    /// Makes room for a packet of `length` bytes at [#next()].
    void makeRoom(int length) throws IOException {
        if (output.room() < length) {
            flush();
        }
    }

    /// The array in which the next packet is to be made.
    byte[] bytes() {
        return output.bytes();
    }

    /// Where the next packet is to start.
    int next() {
        return output.next();
    }

    /// Takes the packet at [#next()], which `view` has read.
    void add(PacketView view) {
        int length = view.length();
        coalescer.append(view);
        counters.inbound(length);
    }

    void flush() throws IOException {
        coalescer.finish();
        if (output.count() > 0) {
            counters.drop(DropReason.INBOUND_TUN_LOST, output.count() - tun.write(output));
            output.clear();
        }
    }

    void clear() {
        output.clear();
    }
}
