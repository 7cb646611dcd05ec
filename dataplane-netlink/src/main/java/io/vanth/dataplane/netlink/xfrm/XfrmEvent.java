package io.vanth.dataplane.netlink.xfrm;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// What the kernel reports by itself.
sealed interface XfrmEvent {
    /// A packet met a policy whose SA is missing.
    ///
    /// @param policyIndex the policy's number
    /// @param protocol    of IP, of the packet
    record Acquire(int policyIndex, InetAddress source, InetAddress destination, int protocol) implements XfrmEvent {}

    /// An SA reached a limit; after a hard one it is gone.
    record Expire(XfrmSa.Id id, int requestId, boolean hard) implements XfrmEvent {}

    /// ESP in UDP came from elsewhere than before.
    record Mapping(XfrmSa.Id id, int requestId, InetSocketAddress before, InetSocketAddress now)
            implements
                XfrmEvent {}

    /// Something else.
    record Unknown(int type) implements XfrmEvent {}
}
