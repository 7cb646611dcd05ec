package io.vanth.dataplane.netlink.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// Makes method handles for functions of the C library. A handle's first argument is [#state()], in which the function's
/// `errno` is kept; its other arguments are the function's own.
@SuppressWarnings("restricted")
public final class NativeFunction {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> THREAD_STATE = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(STATE));

    private NativeFunction() {}

    /// The function `name`; fails at once where the C library has none of that name.
    public static MethodHandle find(String name, FunctionDescriptor shape, Linker.Option... options) {
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, all);
    }

    /// A function that never blocks: it takes segments over arrays of the Java heap, and no garbage collection starts
    /// while it runs.
    public static MethodHandle findNonBlocking(String name, FunctionDescriptor shape, Linker.Option... options) {
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = Linker.Option.critical(true);
        return find(name, shape, all);
    }

    /// This thread's place for `errno`.
    public static MemorySegment state() {
        return THREAD_STATE.get();
    }

    /// `result`, or the negative `errno` where the function returned -1: the convention of every call here.
    public static int resultOrError(MemorySegment state, int result) {
        return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    }

    /// As [#resultOrError(MemorySegment, int)], for functions that return a length.
    public static int resultOrError(MemorySegment state, long result) {
        return result == -1 ? -(int) ERRNO.get(state, 0L) : Math.toIntExact(result);
    }

    /// What to throw when a handle throws, which it does only when it is called with the wrong arguments.
    public static IllegalStateException misused(Throwable cause) {
        return new IllegalStateException("wrong call of a native function", cause);
    }

    /// A descriptor of a function that returns `int`.
    public static FunctionDescriptor returningInt(MemoryLayout... arguments) {
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    }

    /// A descriptor of a function that returns `ssize_t`.
    public static FunctionDescriptor returningLength(MemoryLayout... arguments) {
        return FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments);
    }
}
