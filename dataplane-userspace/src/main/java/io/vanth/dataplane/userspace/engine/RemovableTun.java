package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;

/// A TUN device that may go while inbound agents have packets for it, because nothing needs it any more or because
/// somebody has removed it: what is written then is lost. One that was removed can be replaced.
final class RemovableTun implements TunDevice {
    private final Object writing = new Object();
    private volatile TunDevice device;
    private boolean gone;
    private boolean closed;

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

    /// @throws DeviceLostException when somebody has removed the device
    @Override
    public int read(PacketBatch batch) throws IOException {
        try {
            return device.read(batch);
        } catch (IOException dead) {
            throw new DeviceLostException(name(), dead);
        }
    }

    @Override
    public void awaitReadable(long timeoutNanos) throws IOException {
        device.awaitReadable(timeoutNanos);
    }

    @Override
    public void wakeup() {
        synchronized (writing) {
            if (!closed) {
                device.wakeup();
            }
        }
    }

    /// Takes nothing when the device is gone. Its reader, who is woken, then says so.
    @Override
    public int write(PacketBatch batch) {
        synchronized (writing) {
            if (gone) {
                return 0;
            }
            try {
                return device.write(batch);
            } catch (IOException _) { // the reader has the same one
                gone = true;
                device.wakeup();
                return 0;
            }
        }
    }

    /// Closes the device, which somebody has removed.
    void lose() {
        end(device::close);
    }

    /// Puts another in the place of the device that was lost, while there is no reader.
    void replace(TunDevice other) {
        synchronized (writing) {
            device = other;
            gone = false;
            closed = false;
        }
    }

    @Override
    public void remove() {
        end(device::remove);
    }

    @Override
    public void abandon() {
        end(device::abandon);
    }

    @Override
    public void close() {
        end(device::close);
    }

    private void end(Runnable how) {
        synchronized (writing) {
            gone = true;
            closed = true;
            how.run();
        }
    }
}
