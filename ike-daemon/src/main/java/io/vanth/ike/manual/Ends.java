package io.vanth.ike.manual;

import java.net.InetAddress;

/// Between whom a layer of protection goes: this host and a peer.
public record Ends(InetAddress local, InetAddress remote) {
    @Override
    public String toString() {
        return local.getHostAddress() + "-" + remote.getHostAddress();
    }
}
