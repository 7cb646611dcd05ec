package io.vanth.dataplane.userspace.linux;

import io.vanth.dataplane.netlink.linux.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/// What TUN and UDP need beyond [io.vanth.dataplane.netlink.linux.Libc]. Every call returns its result or the negative
/// error number. Those that take an array work in it where it is, which holds up garbage collection: their descriptor
/// must be a non-blocking one. They leave no garbage once compiled.
public final class Libc {
    private static final int MSG_DONTWAIT = 0x40;

    /// `open` and `ioctl` have a variable number of arguments: two are fixed.
    private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(2);
    private static final MethodHandle OPEN = NativeFunction.find("open",
            NativeFunction.returningInt(ADDRESS, JAVA_INT), VARIADIC);
    private static final MethodHandle IOCTL_POINTER = NativeFunction.find("ioctl",
            NativeFunction.returningInt(JAVA_INT, JAVA_LONG, ADDRESS), VARIADIC);
    private static final MethodHandle IOCTL_VALUE = NativeFunction.find("ioctl",
            NativeFunction.returningInt(JAVA_INT, JAVA_LONG, JAVA_LONG), VARIADIC);
    private static final MethodHandle EVENTFD = NativeFunction.find("eventfd",
            NativeFunction.returningInt(JAVA_INT, JAVA_INT));
    private static final MethodHandle GETSOCKNAME = NativeFunction.find("getsockname",
            NativeFunction.returningInt(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle CONNECT = NativeFunction.find("connect",
            NativeFunction.returningInt(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT = NativeFunction.find("getsockopt",
            NativeFunction.returningInt(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle READ = NativeFunction.findNonBlocking("read",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE = NativeFunction.findNonBlocking("write",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle RECV = NativeFunction.findNonBlocking("recv",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECVMSG = NativeFunction.findNonBlocking("recvmsg",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDTO = NativeFunction.findNonBlocking("sendto",
            NativeFunction.returningLength(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    private Libc() {}

    /// Links the functions, as any other call here does first. That takes some hundredths of a second.
    public static void link() {}

    /// `open(2)` of an existing file: a descriptor.
    public static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `ioctl(2)` with a structure.
    public static int ioctl(int descriptor, long request, MemorySegment argument) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (int) IOCTL_POINTER.invokeExact(state, descriptor, request, argument));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `ioctl(2)` with a number.
    public static int ioctl(int descriptor, long request, long argument) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (int) IOCTL_VALUE.invokeExact(state, descriptor, request, argument));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `eventfd(2)` with a count of zero: a descriptor.
    public static int eventfd(int flags) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state, (int) EVENTFD.invokeExact(state, 0, flags));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `getsockname(2)` into `address`, which has room for the family's `sockaddr`.
    public static int getsockname(int descriptor, MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = NativeFunction.state();
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
            return NativeFunction.resultOrError(state,
                    (int) GETSOCKNAME.invokeExact(state, descriptor, address, length));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `connect(2)` of a socket that does not wait for its peer.
    public static int connect(int descriptor, MemorySegment address) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (int) CONNECT.invokeExact(state, descriptor, address, (int) address.byteSize()));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `getsockopt(2)` of an option that is a number, which is never negative.
    public static int getsockopt(int descriptor, int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = NativeFunction.state();
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            int result = NativeFunction.resultOrError(state,
                    (int) GETSOCKOPT.invokeExact(state, descriptor, level, option, value, length));
            return result < 0 ? result : value.get(JAVA_INT, 0);
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `read(2)`: how many bytes.
    public static int read(int descriptor, byte[] bytes, int offset, int length) {
        try {
            MemorySegment state = NativeFunction.state();
            MemorySegment place = MemorySegment.ofArray(bytes).asSlice(offset, length);
            return NativeFunction.resultOrError(state,
                    (long) READ.invokeExact(state, descriptor, place, (long) length));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `write(2)`: how many bytes.
    public static int write(int descriptor, byte[] bytes, int offset, int length) {
        try {
            MemorySegment state = NativeFunction.state();
            MemorySegment place = MemorySegment.ofArray(bytes).asSlice(offset, length);
            return NativeFunction.resultOrError(state,
                    (long) WRITE.invokeExact(state, descriptor, place, (long) length));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `recv(2)` of what is there: how many bytes.
    public static int recv(int descriptor, byte[] bytes, int offset, int length) {
        try {
            MemorySegment state = NativeFunction.state();
            MemorySegment place = MemorySegment.ofArray(bytes).asSlice(offset, length);
            return NativeFunction.resultOrError(state,
                    (long) RECV.invokeExact(state, descriptor, place, (long) length, MSG_DONTWAIT));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `recvmsg(2)` of what is there, into native memory.
    public static int recvmsg(int descriptor, MemorySegment header, int flags) {
        try {
            MemorySegment state = NativeFunction.state();
            return NativeFunction.resultOrError(state,
                    (long) RECVMSG.invokeExact(state, descriptor, header, flags | MSG_DONTWAIT));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }

    /// `sendto(2)` without waiting for room: how many bytes.
    public static int sendto(int descriptor, byte[] bytes, int offset, int length, MemorySegment address) {
        try {
            MemorySegment state = NativeFunction.state();
            MemorySegment place = MemorySegment.ofArray(bytes).asSlice(offset, length);
            return NativeFunction.resultOrError(state, (long) SENDTO.invokeExact(state, descriptor, place,
                    (long) length, MSG_DONTWAIT, address, (int) address.byteSize()));
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }
}
