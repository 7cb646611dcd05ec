package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.packet.Endpoint;
import java.lang.foreign.Arena;

/// Looks at the datagram in front of a UDP socket's queue: who sent it, how long it is and what size its parts have if
/// the kernel coalesced several (`UDP_GRO`).
final class CoalescedPeek {
    private static final int SOL_UDP = 17;
    private static final int UDP_GRO = 104;

    private final PeekedMessage message;

    CoalescedPeek(int descriptor, Arena arena, boolean ipv6) {
        message = new PeekedMessage(descriptor, arena, ipv6);
    }

    /// The length of the datagram in front, all parts together, or a negative error number.
    int look() {
        return message.look();
    }

    /// Who sent what was looked at.
    Endpoint sender() {
        return message.sender();
    }

    /// The length of each part but the last, which may be shorter; 0 for a datagram that came alone.
    int partLength() {
        return message.number(SOL_UDP, UDP_GRO, 0);
    }
}
