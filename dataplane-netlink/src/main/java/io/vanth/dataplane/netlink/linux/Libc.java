package io.vanth.dataplane.netlink.linux;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/// The calls that a netlink socket needs. Each may block, takes native segments only, and returns its result or the
/// negative error number; [LinuxException#check] makes an exception of it.
public final class Libc {
    private static final MethodHandle SOCKET = NativeFunction.find("socket",
            NativeFunction.returningInt(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = NativeFunction.find("bind",
            NativeFunction.returningInt(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETSOCKOPT = NativeFunction.find("setsockopt",
            NativeFunction.returningInt(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SEND = NativeFunction.find("send",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV = NativeFunction.find("recv",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POLL = NativeFunction.find("poll",
            NativeFunction.returningInt(ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD = NativeFunction.find("eventfd",
            NativeFunction.returningInt(JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE = NativeFunction.find("write",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE = NativeFunction.find("close", NativeFunction.returningInt(JAVA_INT));

    private Libc() {}

    /// Links the functions, as any other call here does first. That takes some hundredths of a second.
    public static void link() {}

    /// `socket(2)`: a descriptor.
    public static int socket(int domain, int type, int protocol) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state, (int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `bind(2)` to a whole `sockaddr`.
    public static int bind(int descriptor, MemorySegment address) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (int) BIND.invokeExact(state, descriptor, address, (int) address.byteSize()));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `setsockopt(2)` with the whole of `value`.
    public static int setsockopt(int descriptor, int level, int option, MemorySegment value) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (int) SETSOCKOPT.invokeExact(state, descriptor, level, option, value, (int) value.byteSize()));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `send(2)` of the whole of `message`: the bytes taken.
    public static int send(int descriptor, MemorySegment message, int flags) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (long) SEND.invokeExact(state, descriptor, message, message.byteSize(), flags));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `recv(2)` into `buffer`: the bytes received.
    public static int recv(int descriptor, MemorySegment buffer, int flags) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (long) RECV.invokeExact(state, descriptor, buffer, buffer.byteSize(), flags));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `poll(2)` on `count` structures `pollfd`, for at most `timeout` milliseconds (-1: for ever): how many are ready.
    public static int poll(MemorySegment descriptors, long count, int timeout) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state, (int) POLL.invokeExact(state, descriptors, count, timeout));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `eventfd(2)`: a descriptor that is readable as long as its number is not 0.
    public static int eventfd(int number, int flags) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state, (int) EVENTFD.invokeExact(state, number, flags));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `write(2)` of the whole of `bytes`: how many were taken.
    public static int write(int descriptor, MemorySegment bytes) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (long) WRITE.invokeExact(state, descriptor, bytes, bytes.byteSize()));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `close(2)`.
    public static int close(int descriptor) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state, (int) CLOSE.invokeExact(state, descriptor));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }
}
