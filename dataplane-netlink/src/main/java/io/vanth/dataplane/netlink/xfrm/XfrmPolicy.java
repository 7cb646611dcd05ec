package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// A policy as the kernel has it (`struct xfrm_userpolicy_info` and its templates).
///
/// @param index     its number; the low three bits are the direction; 0 lets the kernel choose
/// @param priority  unsigned; the lowest decides
/// @param allow     else its packets are dropped
/// @param templates what packets must go through, in this order; empty for nothing
record XfrmPolicy(XfrmSelector selector, Way way, int index, int priority, boolean allow, List<Template> templates,
        Optional<XfrmSa.Mark> mark, int interfaceId) {
    XfrmPolicy {
        templates = List.copyOf(templates);
    }

    /// The directions of the kernel.
    enum Way {
        IN(0),
        OUT(1),
        /// Packets that come by an SA and go on to another host.
        FORWARD(2);

        /// The bits of a policy's index that are the direction.
        static final int MASK = 7;

        private final int number;

        Way(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /// One SA that packets go through.
    ///
    /// @param destination empty for any; of tunnel mode only
    /// @param source      empty for any
    /// @param ipv6        the family of both
    /// @param requestId   the SA's; 0 for any
    /// @param optional    inbound: whether packets may come without it
    record Template(SecurityProtocol protocol, Mode mode, Optional<InetAddress> destination,
            Optional<InetAddress> source, boolean ipv6, int requestId, boolean optional) {
        /// The same, inbound, for packets that may come without it.
        Template notRequired() {
            return new Template(protocol, mode, destination, source, ipv6, requestId, true);
        }
    }

    /// The same of an XFRM interface, or of none with 0.
    XfrmPolicy through(int id) {
        return new XfrmPolicy(selector, way, index, priority, allow, templates, mark, id);
    }

    /// The same with another number.
    XfrmPolicy numbered(int number) {
        return new XfrmPolicy(selector, way, number, priority, allow, templates, mark, interfaceId);
    }
}
