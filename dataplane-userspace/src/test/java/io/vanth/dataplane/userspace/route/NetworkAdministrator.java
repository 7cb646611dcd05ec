package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace.Body;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The right to change the network, which a thread can do without for a while: the kernel refuses what it asks for.
final class NetworkAdministrator {
    /// `_LINUX_CAPABILITY_VERSION_3`; of `linux/capability.h`, as all here.
    private static final int VERSION = 0x2008_0522;
    private static final int HEADER_BYTES = 8;
    /// Twice effective, permitted and inheritable.
    private static final int DATA_BYTES = 24;
    private static final int EFFECTIVE = 0;
    private static final int CAP_NET_ADMIN = 1 << 12;

    private NetworkAdministrator() {}

    /// Runs it in this thread without that right.
    static void without(Body body) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(HEADER_BYTES, Integer.BYTES);
            header.set(ValueLayout.JAVA_INT, 0, VERSION);
            MemorySegment data = arena.allocate(DATA_BYTES, Integer.BYTES);
            call("capget", header, data);
            int all = data.get(ValueLayout.JAVA_INT, EFFECTIVE);
            data.set(ValueLayout.JAVA_INT, EFFECTIVE, all & ~CAP_NET_ADMIN);
            call("capset", header, data);
            try {
                body.run();
            } finally {
                data.set(ValueLayout.JAVA_INT, EFFECTIVE, all);
                call("capset", header, data);
            }
        }
    }

    @SuppressWarnings("restricted")
    private static void call(String name, MemorySegment header, MemorySegment data) {
        Linker linker = Linker.nativeLinker();
        MethodHandle function = linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        int result;
        try {
            result = (int) function.invokeExact(header, data);
        } catch (Throwable wrongCall) {
            throw new IllegalStateException(wrongCall);
        }
        if (result != 0) {
            throw new IllegalStateException(name + " was refused");
        }
    }
}
