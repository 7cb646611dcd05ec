package io.vanth.lab.kernel;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.tun.LinuxTun;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Consumer;

/// The test's end of a TUN device: packets that leave the kernel come to a receiver, one by one.
final class PacketPipe implements AutoCloseable {
    private static final int BATCH = 4;
    private static final int ROOM = BATCH * (TunDevice.MAX_PACKET + TunDevice.HEADROOM);

    private final LinuxTun tun;
    private final Consumer<byte[]> receiver;
    private volatile boolean closed;
    private Thread thread;

    private PacketPipe(LinuxTun tun, Consumer<byte[]> receiver) {
        this.tun = tun;
        this.receiver = receiver;
    }

    /// In the network namespace of the calling thread.
    static PacketPipe open(String name, Consumer<byte[]> receiver) throws IOException {
        PacketPipe pipe = new PacketPipe(LinuxTun.open(name, 1500), receiver);
        pipe.thread = Thread.ofPlatform().name("pipe-" + name).daemon().start(pipe::read);
        return pipe;
    }

    private void read() {
        PacketBatch batch = new PacketBatch(BATCH, ROOM, TunDevice.HEADROOM, 0);
        try {
            while (!closed) {
                batch.clear();
                if (tun.read(batch) == 0) {
                    tun.awaitReadable(-1);
                }
                for (int index = 0; index < batch.count(); index++) {
                    receiver.accept(Arrays.copyOfRange(batch.bytes(), batch.offset(index),
                            batch.offset(index) + batch.length(index)));
                }
            }
        } catch (IOException gone) {
            if (!closed) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    /// Puts a packet into the kernel, as if it came from the network.
    void send(byte[] packet) {
        PacketBatch batch = new PacketBatch(1, packet.length + TunDevice.HEADROOM, TunDevice.HEADROOM, 0);
        System.arraycopy(packet, 0, batch.bytes(), batch.next(), packet.length);
        batch.add(packet.length);
        try {
            if (tun.write(batch) != 1) {
                throw new IllegalStateException("the TUN device did not take the packet");
            }
        } catch (IOException gone) {
            if (!closed) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        tun.wakeup();
        try {
            thread.join();
        } catch (InterruptedException remembered) {
            Thread.currentThread().interrupt();
            return;
        }
        tun.close();
    }
}
