package io.vanth.ike.config;

import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Ports;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a daemon is to do. Owns the pre-shared keys of its connections.
///
/// @param controlSocket where commands reach the daemon
/// @param metrics       where metrics are served, or empty
public record Configuration(Path controlSocket, Optional<InetSocketAddress> metrics, Log log, Ports ports,
        DataPlaneChoice dataPlane, List<Connection> connections) implements AutoCloseable {
    public Configuration {
        connections = List.copyOf(connections);
    }

    /// How lines are written.
    ///
    /// @param json  JSON lines instead of text
    /// @param level `error`, `warn`, `info`, `debug` or `trace`
    public record Log(boolean json, String level) {}

    /// Which data plane, and how it is opened.
    ///
    /// @param mtu    in bytes
    /// @param routes whether it installs routes and leak protection
    public record DataPlaneChoice(String name, String interfaceName, int mtu, boolean routes) {}

    /// Wipes the keys.
    @Override
    public void close() {
        connections.forEach(connection -> connection.authentication().close());
    }
}
