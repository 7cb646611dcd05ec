package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.LocalHost;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// The address of ours that a connection uses. When it is gone, what was agreed from it stays: it may come back.
final class OwnAddress {
    private Connection connection;
    private Optional<InetAddress> now;
    private Optional<InetAddress> last;

    OwnAddress(Connection connection) {
        this.connection = connection;
        this.now = connection.local() instanceof LocalHost.Address(var literal)
                ? Optional.of(literal)
                : Optional.empty();
        this.last = now;
    }

    void configure(Connection changed) {
        connection = changed;
    }

    Optional<InetAddress> now() {
        return now;
    }

    boolean is(InetAddress address) {
        return now.filter(address::equals).isPresent();
    }

    /// Takes what it is now; true when what was agreed before leads nowhere.
    boolean change(Optional<InetAddress> to) {
        boolean elsewhere = to.isPresent() && last.isPresent() && !last.equals(to);
        now = to;
        last = to.or(() -> last);
        return elsewhere;
    }

    /// The connection with what follows of the address; the last one has to do while there is none.
    Connection connection() {
        return last.map(connection::at).orElse(connection);
    }

    /// From here to the peer's IKE port, or empty while there is no address.
    Optional<Path> pathTo(InetAddress peer) {
        return now.map(own -> new Path(new InetSocketAddress(own, connection.localPorts().ike()),
                new InetSocketAddress(peer, connection.remotePorts().ike()), false));
    }
}
