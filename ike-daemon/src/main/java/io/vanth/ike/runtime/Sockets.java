package io.vanth.ike.runtime;

import io.vanth.dataplane.NatTraversalPort;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of a daemon: for each local address one for IKE, and one that IKE and ESP share.
record Sockets(Map<InetAddress, UdpPort> ike, Map<InetAddress, NatTraversalPort> natTraversal)
        implements
            AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    Sockets {
        ike = Map.copyOf(ike);
        natTraversal = Map.copyOf(natTraversal);
    }

    void send(Path path, Bytes message) {
        InetAddress local = path.local().getAddress();
        NatTraversalPort shared = natTraversal.get(local);
        UdpPort own = ike.get(local);
        if (path.natTraversal() && shared != null) {
            shared.send(path.remote(), message.toArray());
        } else if (!path.natTraversal() && own != null) {
            own.send(path.remote(), message);
        } else {
            LOG.warn("no socket on {} for a message to {}", local.getHostAddress(), path);
        }
    }

    void sendKeepalive(Path path) {
        NatTraversalPort shared = natTraversal.get(path.local().getAddress());
        if (shared != null) {
            shared.sendKeepalive(path.remote());
        }
    }

    @Override
    public void close() {
        ike.values().forEach(UdpPort::close);
        natTraversal.values().forEach(NatTraversalPort::close);
    }
}
