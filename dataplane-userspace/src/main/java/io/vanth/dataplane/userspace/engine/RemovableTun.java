package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;

/// A TUN device that may go while inbound agents have packets for it: what is written then is lost.
final class RemovableTun implements TunDevice {
    private final TunDevice device;
    private final Object writing = new Object();
    private boolean gone;

    RemovableTun(TunDevice device) {
        this.device = device;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int mtu() {
        return device.mtu();
    }

    @Override
    public boolean takesUdpSegments() {
        return device.takesUdpSegments();
    }

    @Override
    public int read(PacketBatch batch) throws IOException {
        return device.read(batch);
    }

    @Override
    public void awaitReadable(long timeoutNanos) throws IOException {
        device.awaitReadable(timeoutNanos);
    }

    @Override
    public void wakeup() {
        device.wakeup();
    }

    @Override
    public int write(PacketBatch batch) throws IOException {
        synchronized (writing) {
            return gone ? 0 : device.write(batch);
        }
    }

    @Override
    public void remove() {
        end(device::remove);
    }

    @Override
    public void close() {
        end(device::close);
    }

    private void end(Runnable how) {
        synchronized (writing) {
            gone = true;
            how.run();
        }
    }
}
