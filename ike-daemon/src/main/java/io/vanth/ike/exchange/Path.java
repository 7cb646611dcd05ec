package io.vanth.ike.exchange;

import io.vanth.ike.policy.Ports;
import java.net.InetSocketAddress;

/// Where datagrams of a session go: our socket and the peer's. On the NAT traversal port messages bear the non-ESP marker
/// (RFC 3948 section 2.2), which the sockets add and remove.
public record Path(InetSocketAddress local, InetSocketAddress remote, boolean natTraversal) {
    /// The same hosts on their NAT traversal ports (RFC 3947 section 4).
    public Path floated(Ports own, Ports peers) {
        return natTraversal
                ? this
                : new Path(new InetSocketAddress(local.getAddress(), own.natTraversal()),
                        new InetSocketAddress(remote.getAddress(), peers.natTraversal()), true);
    }

    @Override
    public String toString() {
        return remote.getAddress().getHostAddress() + ":" + remote.getPort();
    }
}
