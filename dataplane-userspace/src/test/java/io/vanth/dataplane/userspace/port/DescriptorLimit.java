package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.linux.NativeFunction;
import io.vanth.dataplane.userspace.linux.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Lowers the soft limit of open files of this process until it is closed.
final class DescriptorLimit implements AutoCloseable {
    private static final int RLIMIT_NOFILE = 7;
    private static final int RLIMIT_LENGTH = 16;
    private static final MethodHandle GET = NativeFunction.find("getrlimit",
            NativeFunction.returningInt(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle SET = NativeFunction.find("setrlimit",
            NativeFunction.returningInt(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment limits = arena.allocate(RLIMIT_LENGTH, Long.BYTES);
    private final int nextDescriptor;
    private final long before;

    private DescriptorLimit(int nextDescriptor) throws LinuxException {
        this.nextDescriptor = nextDescriptor;
        call("getrlimit", GET);
        before = limits.get(ValueLayout.JAVA_LONG, 0);
        set(nextDescriptor + 1L);
    }

    /// From now on one more descriptor can be opened.
    static DescriptorLimit oneMore() throws LinuxException {
        return new DescriptorLimit(lowestFree());
    }

    /// The descriptor that the next call to open one gets.
    static int lowestFree() throws LinuxException {
        int descriptor = LinuxException.check("eventfd", Libc.eventfd(0));
        io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
        return descriptor;
    }

    int nextDescriptor() {
        return nextDescriptor;
    }

    @Override
    public void close() throws LinuxException {
        set(before);
        arena.close();
    }

    private void set(long soft) throws LinuxException {
        limits.set(ValueLayout.JAVA_LONG, 0, soft);
        call("setrlimit", SET);
    }

    private void call(String name, MethodHandle function) throws LinuxException {
        try {
            MemorySegment state = NativeFunction.state();
            LinuxException.check(name, NativeFunction.resultOrError(state,
                    (int) function.invokeExact(state, RLIMIT_NOFILE, limits)));
        } catch (LinuxException refused) {
            throw refused;
        } catch (Throwable misuse) {
            throw NativeFunction.misused(misuse);
        }
    }
}
