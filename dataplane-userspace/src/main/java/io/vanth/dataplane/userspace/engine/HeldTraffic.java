package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.util.ArrayDeque;
import java.util.Arrays;

/// Packets of one policy that wait for an SA: few, and the oldest goes first when there are too many. For one thread.
final class HeldTraffic {
    static final int MAX_PACKETS = 16;
    private static final int MAX_BYTES = 128 * 1024;
    private static final int ACQUIRES_PER_SECOND = 1;

    private record Held(byte[] packet, int segmentType, int segmentSize, int headerLength) {}

    private final ArrayDeque<Held> packets = new ArrayDeque<>(MAX_PACKETS);
    private final RateLimit acquires = new RateLimit(ACQUIRES_PER_SECOND);
    private int bytes;

    /// Keeps a copy of packet `index`, whose checksum is complete.
    ///
    /// @return how many older ones were dropped for it
    int hold(PacketBatch batch, int index) {
        int offset = batch.offset(index);
        byte[] copy = Arrays.copyOfRange(batch.bytes(), offset, offset + batch.length(index));
        packets.add(new Held(copy, batch.segmentType(index), batch.segmentSize(index), batch.headerLength(index)));
        bytes += copy.length;
        int dropped = 0;
        for (; packets.size() > MAX_PACKETS || bytes > MAX_BYTES; dropped++) {
            bytes -= packets.remove().packet().length;
        }
        return dropped;
    }

    /// Whether it is time to ask for an SA (again): at first and then once a second.
    boolean shouldAcquire(long nowMillis) {
        return acquires.allows(nowMillis);
    }

    int count() {
        return packets.size();
    }

    /// Appends all packets to `batch`, which is empty.
    void moveTo(PacketBatch batch) {
        for (Held held : packets) {
            System.arraycopy(held.packet(), 0, batch.bytes(), batch.next(), held.packet().length);
            int index = batch.add(held.packet().length);
            if (held.segmentType() != PacketBatch.NOT_SEGMENTED) {
                batch.setSegments(index, held.segmentType(), held.segmentSize(), held.headerLength());
            }
        }
        packets.clear();
        bytes = 0;
    }
}
