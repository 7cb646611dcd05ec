package io.vanth.ike.runtime;

import io.vanth.dataplane.NatTraversalPort;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of a daemon on the local addresses that are in use. The event loop sends while another thread opens and
/// closes.
final class Sockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    private final Opener opener;
    private final Map<InetAddress, Opened> opened = new ConcurrentHashMap<>();

    /// Opens the sockets on an address; blocks.
    @FunctionalInterface
    interface Opener {
        Opened open(InetAddress local) throws StartException;
    }

    /// The sockets on one address.
    interface Opened extends AutoCloseable {
        void send(Path path, Bytes message);

        void sendKeepalive(InetSocketAddress remote);

        @Override
        void close();
    }

    /// One socket for IKE, and one that IKE and ESP share.
    record Ports(UdpPort ike, NatTraversalPort natTraversal) implements Opened {
        @Override
        public void send(Path path, Bytes message) {
            if (path.natTraversal()) {
                natTraversal.send(path.remote(), message.toArray());
            } else {
                ike.send(path.remote(), message);
            }
        }

        @Override
        public void sendKeepalive(InetSocketAddress remote) {
            natTraversal.sendKeepalive(remote);
        }

        @Override
        public void close() {
            ike.close();
            natTraversal.close();
        }
    }

    Sockets(Opener opener) {
        this.opener = opener;
    }

    /// Opens the sockets on an address, unless they are open.
    void open(InetAddress local) throws StartException {
        if (!opened.containsKey(local)) {
            opened.put(local, opener.open(local));
        }
    }

    /// Whether they are open on an address.
    boolean isOpen(InetAddress local) {
        return opened.containsKey(local);
    }

    /// Closes those on all other addresses.
    void closeAllBut(Set<InetAddress> used) {
        opened.keySet().stream().filter(each -> !used.contains(each)).toList()
                .forEach(each -> opened.remove(each).close());
    }

    void send(Path path, Bytes message) {
        Opened from = opened.get(path.local().getAddress());
        if (from == null) {
            LOG.debug("no socket on {} for a message to {}", path.local().getAddress().getHostAddress(), path);
        } else {
            from.send(path, message);
        }
    }

    void sendKeepalive(Path path) {
        Opened from = opened.get(path.local().getAddress());
        if (from != null) {
            from.sendKeepalive(path.remote());
        }
    }

    @Override
    public void close() {
        closeAllBut(Set.of());
    }
}
