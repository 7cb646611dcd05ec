package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.policy.Connection;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/// The protocol core: events in, effects out. Single-threaded, without input or output, clock or randomness of its own.
public final class IkeEngine {
    /// An engine for `connections`; nothing happens before [#start(Instant)].
    public IkeEngine(List<Connection> connections, SecureRandom random) {}

    /// Begins with the tunnels that are to be always up.
    public Step start(Instant now) {
        return null;
    }

    /// Takes one event.
    public Step step(Event event, Instant now) {
        return null;
    }

    /// What there is.
    public EngineStatus status(Instant now) {
        return null;
    }

    /// Whether a connection, or a tunnel of it (`connection/tunnel`), is configured.
    public boolean knows(String name) {
        return false;
    }
}
