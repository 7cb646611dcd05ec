package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Optional;

/// Sends messages to one peer: whole, or in pieces when they are too large for a path and the peer can put them together.
final class Outbox {
    private final EngineContext context;
    private final Fragmentation wanted;
    private boolean announced;

    /// @param connection empty while several may be meant
    Outbox(EngineContext context, Optional<Connection> connection) {
        this.context = context;
        this.wanted = connection.map(Connection::fragmentation).orElse(Fragmentation.DEFAULT);
    }

    /// Takes notice of what the peer can do. A forgery could only spoil what it could as well suppress.
    void notice(List<Payload> received) {
        announced |= VendorIds.fragmentation(received);
    }

    void send(Path path, Bytes message) {
        boolean pieces = switch (wanted.use()) {
            case YES -> announced;
            case NO -> false;
            case FORCE -> true;
        };
        List<Bytes> datagrams = pieces ? Fragmenter.cut(path, wanted.datagram(), message) : List.of(message);
        datagrams.forEach(each -> context.perform(new Effect.Send(path, each)));
    }
}
