package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.packet.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Looks at the datagram in front of a socket's queue without taking it: who sent it, how long it is and what size its
/// parts have if the kernel coalesced several (`UDP_GRO`). `recvmsg` alone tells that, but it cannot fill an array of
/// the Java heap, because a heap address cannot stand inside a `msghdr`; so `recv` follows.
final class CoalescedPeek {
    private static final int MSG_PEEK = 0x2;
    private static final int MSG_TRUNC = 0x20;
    private static final int SOL_UDP = 17;
    private static final int UDP_GRO = 104;

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
    private static final int CONTROL_LENGTH = 64;
    private static final int LEVEL_OFFSET = 8;
    private static final int TYPE_OFFSET = 12;
    private static final int VALUE_OFFSET = 16;
    private static final int GRO_LENGTH = VALUE_OFFSET + Integer.BYTES;

    private final int descriptor;
    private final SocketAddresses sender;
    private final MemorySegment message;
    private final MemorySegment control;

    CoalescedPeek(int descriptor, Arena arena, boolean ipv6) {
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

    /// The length of the datagram in front, all parts together, or a negative error number.
    int look() {
        message.set(ValueLayout.JAVA_INT, NAME_LENGTH_OFFSET, (int) sender.memory().byteSize());
        message.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH_OFFSET, (long) CONTROL_LENGTH);
        return Libc.recvmsg(descriptor, message, MSG_PEEK | MSG_TRUNC);
    }

    /// Who sent what was looked at.
    Endpoint sender() {
        return sender.read();
    }

    /// The length of each part but the last, which may be shorter; 0 for a datagram that came alone.
    int partLength() {
        boolean coalesced = message.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH_OFFSET) >= GRO_LENGTH
                && control.get(ValueLayout.JAVA_INT, LEVEL_OFFSET) == SOL_UDP
                && control.get(ValueLayout.JAVA_INT, TYPE_OFFSET) == UDP_GRO;
        return coalesced ? control.get(ValueLayout.JAVA_INT, VALUE_OFFSET) : 0;
    }
}
