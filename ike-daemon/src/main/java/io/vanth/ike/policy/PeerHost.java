package io.vanth.ike.policy;

import java.net.InetAddress;

/// Where a peer may be found.
public sealed interface PeerHost {
    /// An address.
    record Address(InetAddress address) implements PeerHost {
        @Override
        public String toString() {
            return address.getHostAddress();
        }
    }

    /// A name that has to be resolved, each time anew.
    record Name(String name) implements PeerHost {
        @Override
        public String toString() {
            return name;
        }
    }
}
