package io.vanth.dataplane.userspace.linux;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Lets one thread wait until one of several descriptors is readable, and any thread end that wait, by an event descriptor.
public final class Readiness implements AutoCloseable {
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final short POLLIN = 1;

    /// `pollfd`: descriptor i32, asked i16, found i16
    private static final int ENTRY_LENGTH = 8;
    private static final int ASKED_OFFSET = 4;
    private static final int FOUND_OFFSET = 6;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// An event descriptor counts in numbers of eight bytes, in the byte order of the machine.
    private final byte[] one = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(1).array();
    private final byte[] counted = new byte[Long.BYTES];
    private final int event;
    private final Arena arena;
    private final MemorySegment entries;
    private final int eventIndex;
    private boolean closed;

    /// Waits for `descriptors`, which stay with the caller.
    public Readiness(int... descriptors) throws LinuxException {
        event = LinuxException.check("eventfd", Libc.eventfd(EFD_NONBLOCK_CLOEXEC));
        arena = Arena.ofShared();
        eventIndex = descriptors.length;
        entries = arena.allocate((eventIndex + 1L) * ENTRY_LENGTH, Integer.BYTES);
        for (int index = 0; index < eventIndex; index++) {
            entry(index, descriptors[index]);
        }
        entry(eventIndex, event);
    }

    /// Waits until a descriptor has something to read, or an error, or [#wakeup()] was called; at most `timeoutNanos`,
    /// rounded up to milliseconds (negative: no limit).
    public void await(long timeoutNanos) throws LinuxException {
        long millis = timeoutNanos < 0 ? -1 : Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI);
        int ready = io.vanth.dataplane.netlink.linux.Libc.poll(entries, eventIndex + 1L,
                (int) Math.min(millis, Integer.MAX_VALUE));
        if (!Errno.EINTR.is(ready)) {
            LinuxException.check("poll", ready);
        }
        if (ready > 0 && entries.get(ValueLayout.JAVA_SHORT, (long) eventIndex * ENTRY_LENGTH + FOUND_OFFSET) != 0) {
            Libc.read(event, counted, 0, counted.length);
        }
    }

    /// Looks which descriptors have something to read, or an error, without waiting; a wakeup is left alone.
    public void look() throws LinuxException {
        int ready;
        do {
            ready = io.vanth.dataplane.netlink.linux.Libc.poll(entries, eventIndex, 0);
        } while (Errno.EINTR.is(ready));
        LinuxException.check("poll", ready);
    }

    /// What [#look()] saw of the descriptor at `index`.
    public boolean isReadable(int index) {
        return entries.get(ValueLayout.JAVA_SHORT, (long) index * ENTRY_LENGTH + FOUND_OFFSET) != 0;
    }

    /// Ends a present or the next wait.
    public synchronized void wakeup() {
        if (!closed) {
            Libc.write(event, one, 0, one.length);
        }
    }

    /// Call it when nobody waits any more.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            io.vanth.dataplane.netlink.linux.Libc.close(event);
            arena.close();
        }
    }

    private void entry(int index, int descriptor) {
        long start = (long) index * ENTRY_LENGTH;
        entries.set(ValueLayout.JAVA_INT, start, descriptor);
        entries.set(ValueLayout.JAVA_SHORT, start + ASKED_OFFSET, POLLIN);
    }
}
