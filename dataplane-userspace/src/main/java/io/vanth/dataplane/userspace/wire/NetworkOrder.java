package io.vanth.dataplane.userspace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Numbers in network byte order in an array.
public final class NetworkOrder {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;

    private NetworkOrder() {}

    /// The unsigned byte at `at`.
    public static int u8(byte[] bytes, int at) {
        return bytes[at] & BYTE_MASK;
    }

    /// The unsigned 16-bit number at `at`.
    public static int u16(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & SHORT_MASK;
    }

    /// The 32-bit number at `at`.
    public static int i32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    /// The 64-bit number at `at`.
    public static long i64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /// Writes the low 8 bits of `value`.
    public static void put8(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
    }

    /// Writes the low 16 bits of `value`.
    public static void put16(byte[] bytes, int at, int value) {
        SHORT.set(bytes, at, (short) value);
    }

    /// Writes 32 bits.
    public static void put32(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    /// Writes 64 bits.
    public static void put64(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }
}
