package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.packet.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Looks at the message in front of a socket's queue without taking it: who sent it, how long it is and what the kernel
/// says of it in control messages. `recvmsg` alone tells that, but it cannot fill an array of the Java heap, because a
/// heap address cannot stand inside a `msghdr`; so `recv` follows.
final class PeekedMessage {
    private static final int MSG_PEEK = 0x2;
    private static final int MSG_TRUNC = 0x20;

    /// `msghdr`
    private static final int MESSAGE_LENGTH = 56;
    private static final int NAME_OFFSET = 0;
    private static final int NAME_LENGTH_OFFSET = 8;
    private static final int VECTOR_OFFSET = 16;
    private static final int VECTOR_COUNT_OFFSET = 24;
    private static final int CONTROL_OFFSET = 32;
    private static final int CONTROL_LENGTH_OFFSET = 40;
    private static final int VECTOR_LENGTH = 16;

    /// `cmsghdr`: length u64, level i32, type i32, then the value
    private static final int CONTROL_LENGTH = 128;
    private static final int LEVEL_OFFSET = 8;
    private static final int TYPE_OFFSET = 12;
    private static final int VALUE_OFFSET = 16;

    private final int descriptor;
    private final SocketAddresses sender;
    private final MemorySegment message;
    private final MemorySegment control;

    PeekedMessage(int descriptor, Arena arena, boolean ipv6) {
        this.descriptor = descriptor;
        sender = new SocketAddresses(arena, ipv6);
        message = arena.allocate(MESSAGE_LENGTH, Long.BYTES);
        control = arena.allocate(CONTROL_LENGTH, Long.BYTES);
        MemorySegment vector = arena.allocate(VECTOR_LENGTH, Long.BYTES);
        vector.set(ValueLayout.ADDRESS, 0, arena.allocate(1));
        vector.set(ValueLayout.JAVA_LONG, Long.BYTES, 1L);
        message.set(ValueLayout.ADDRESS, NAME_OFFSET, sender.memory());
        message.set(ValueLayout.ADDRESS, VECTOR_OFFSET, vector);
        message.set(ValueLayout.JAVA_LONG, VECTOR_COUNT_OFFSET, 1L);
        message.set(ValueLayout.ADDRESS, CONTROL_OFFSET, control);
    }

    /// The length of the message in front, or a negative error number.
    int look() {
        message.set(ValueLayout.JAVA_INT, NAME_LENGTH_OFFSET, (int) sender.memory().byteSize());
        message.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH_OFFSET, (long) CONTROL_LENGTH);
        return Libc.recvmsg(descriptor, message, MSG_PEEK | MSG_TRUNC);
    }

    /// Who sent what was looked at.
    Endpoint sender() {
        return sender.read();
    }

    /// The number that a control message of the message carries; `otherwise` when there is no such one.
    int number(int level, int type, int otherwise) {
        int value = find(level, type, Integer.BYTES);
        return value < 0 ? otherwise : control.get(ValueLayout.JAVA_INT, value);
    }

    /// Copies the start of a control message's value to `out[at]`; false when there is no such one.
    boolean copy(int level, int type, byte[] out, int at, int length) {
        int value = find(level, type, length);
        if (value >= 0) {
            MemorySegment.copy(control, ValueLayout.JAVA_BYTE, value, out, at, length);
        }
        return value >= 0;
    }

    /// Where the value of at least `length` bytes stands, or -1.
    private int find(int level, int type, int length) {
        int end = (int) message.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH_OFFSET);
        int at = 0;
        while (at + VALUE_OFFSET <= end) {
            int size = (int) control.get(ValueLayout.JAVA_LONG, at);
            if (size < VALUE_OFFSET) {
                return -1;
            }
            if (control.get(ValueLayout.JAVA_INT, at + LEVEL_OFFSET) == level
                    && control.get(ValueLayout.JAVA_INT, at + TYPE_OFFSET) == type && size >= VALUE_OFFSET + length) {
                return at + VALUE_OFFSET;
            }
            at += Math.ceilDiv(size, Long.BYTES) * Long.BYTES;
        }
        return -1;
    }
}
