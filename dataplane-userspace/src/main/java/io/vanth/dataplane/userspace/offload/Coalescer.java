package io.vanth.dataplane.userspace.offload;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.PacketView;

/// Appends packets to a batch and joins each segment to the packet before it when it continues that one, so that the
/// order of packets never changes.
public final class Coalescer {
    private final TcpCoalescer tcp;
    private final UdpCoalescer udp;
    private final boolean joinsUdp;

    /// @param batch    without tailroom
    /// @param joinsUdp whether the batch may hold super-packets of UDP
    public Coalescer(PacketBatch batch, boolean joinsUdp) {
        this.tcp = new TcpCoalescer(batch);
        this.udp = new UdpCoalescer(batch);
        this.joinsUdp = joinsUdp;
    }

    /// Appends the packet at `batch.next()`, which `view` has read.
    public void append(PacketView view) {
        if (joinsUdp && view.protocol() == IpProtocol.UDP) {
            tcp.finish();
            udp.append(view);
        } else {
            udp.finish();
            tcp.append(view);
        }
    }

    /// Makes the last packet ready for a device; to be called before the batch is written.
    public void finish() {
        tcp.finish();
        udp.finish();
    }
}
