package io.vanth.dataplane.userspace.tun;

import io.vanth.dataplane.userspace.offload.ChecksumCompletion;
import io.vanth.dataplane.userspace.offload.Segmenter;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;

/// A TUN device without a system: what is injected comes out of [#read(PacketBatch)], and what the engine writes can be
/// taken. Super-packets that the engine writes are cut into ordinary packets, as the kernel would do for a socket.
/// Bounded both ways; thread-safe.
public final class InMemoryTun implements TunDevice {
    /// How many packets wait at most, each way.
    public static final int CAPACITY = 8192;

    private static final int NANOS_PER_MILLI = 1_000_000;

    private record Injected(byte[] packet, int segmentType, int segmentSize) {}

    private final String name;
    private final int mtu;
    private final ArrayDeque<Injected> incoming = new ArrayDeque<>();
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private final Segmenter segmenter = new Segmenter();
    private final PacketView view = new PacketView();
    private boolean wakeup;
    private boolean closed;

    public InMemoryTun(String name, int mtu) {
        this.name = name;
        this.mtu = mtu;
    }

    /// Hands an IP packet to the engine; false when the queue is full or the device closed.
    public boolean inject(byte[] packet) {
        return inject(new Injected(packet.clone(), PacketBatch.NOT_SEGMENTED, 0));
    }

    /// Hands a super-packet of TCP or UDP to the engine, which is to cut it into segments of `segmentSize` bytes of payload.
    ///
    /// @param type [PacketBatch#TCP_IPV4], [PacketBatch#TCP_IPV6] or [PacketBatch#UDP]
    public boolean injectSegments(byte[] packet, int type, int segmentSize) {
        return inject(new Injected(packet.clone(), type, segmentSize));
    }

    private synchronized boolean inject(Injected packet) {
        if (closed || incoming.size() == CAPACITY) {
            return false;
        }
        incoming.add(packet);
        notifyAll();
        return true;
    }

    /// Takes the oldest packet that the engine wrote, waiting at most `timeout` for one.
    public synchronized Optional<byte[]> take(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (outgoing.isEmpty() && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left / NANOS_PER_MILLI, (int) (left % NANOS_PER_MILLI));
        }
        return Optional.ofNullable(outgoing.poll());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean takesUdpSegments() {
        return true;
    }

    @Override
    public synchronized int read(PacketBatch batch) {
        int added = 0;
        while (!incoming.isEmpty() && batch.room() >= MAX_PACKET) {
            Injected next = incoming.remove();
            System.arraycopy(next.packet(), 0, batch.bytes(), batch.next(), next.packet().length);
            int index = batch.add(next.packet().length);
            if (next.segmentType() != PacketBatch.NOT_SEGMENTED) {
                batch.setSegments(index, next.segmentType(), next.segmentSize(), 0);
            }
            added++;
        }
        return added;
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // returning early is allowed
    public synchronized void awaitReadable(long timeoutNanos) {
        try {
            if (incoming.isEmpty() && !wakeup && !closed) {
                if (timeoutNanos < 0) {
                    wait();
                } else if (timeoutNanos > 0) {
                    wait(timeoutNanos / NANOS_PER_MILLI, (int) (timeoutNanos % NANOS_PER_MILLI));
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        wakeup = false;
    }

    @Override
    public synchronized void wakeup() {
        wakeup = true;
        notifyAll();
    }

    @Override
    public synchronized int write(PacketBatch batch) {
        int taken = 0;
        for (int index = 0; index < batch.count(); index++) {
            if (outgoing.size() < CAPACITY && write(batch, index)) {
                taken++;
            }
        }
        notifyAll();
        return taken;
    }

    private boolean write(PacketBatch batch, int index) {
        byte[] bytes = batch.bytes();
        int offset = batch.offset(index);
        int length = batch.length(index);
        if (batch.segmentType(index) != PacketBatch.NOT_SEGMENTED) {
            return writeSegments(bytes, offset, length, batch.segmentSize(index));
        }
        if (batch.needsChecksum(index) && !ChecksumCompletion.complete(bytes, offset, length,
                batch.checksumStart(index), batch.checksumOffset(index))) {
            return false;
        }
        return outgoing.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    private boolean writeSegments(byte[] bytes, int offset, int length, int segmentSize) {
        if (!view.read(bytes, offset, length) || !segmenter.start(bytes, offset, view, segmentSize)) {
            return false;
        }
        byte[] segment = new byte[segmenter.segmentLength()];
        for (int size = segmenter.next(segment, 0); size > 0; size = segmenter.next(segment, 0)) {
            outgoing.add(Arrays.copyOf(segment, size));
        }
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
