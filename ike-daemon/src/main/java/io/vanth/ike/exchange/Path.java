package io.vanth.ike.exchange;

import java.net.InetSocketAddress;

/// Where datagrams of a session go: our socket and the peer's. On the NAT traversal port messages bear the non-ESP marker
/// (RFC 3948 section 2.2), which the sockets add and remove.
public record Path(InetSocketAddress local, InetSocketAddress remote, boolean natTraversal) {
    @Override
    public String toString() {
        return remote.getAddress().getHostAddress() + ":" + remote.getPort();
    }
}
