package io.vanth.ike.config;

import io.vanth.dataplane.SecurityProtocol;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.policy.Change;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Ports;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a daemon is to do. Owns the pre-shared keys of its connections, and the manual ones.
///
/// @param controlSocket where commands reach the daemon
/// @param metrics       where metrics are served, or empty
/// @param device        the network interface or VRF that IKE and ESP are bound to, or empty
public record Configuration(Path controlSocket, Optional<InetSocketAddress> metrics, Log log, Ports ports,
        Optional<String> device, DataPlaneChoice dataPlane, List<Connection> connections,
        ManualEntries manual) implements AutoCloseable {
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
    /// @param mtu       in bytes
    /// @param routes    whether it installs routes and leak protection
    /// @param protocols those that are on
    public record DataPlaneChoice(String name, String interfaceName, int mtu, boolean routes,
            Set<SecurityProtocol> protocols) {
        public DataPlaneChoice {
            protocols = Set.copyOf(protocols);
        }
    }

    /// What manual SAs have to keep to.
    public ManualLimits manualLimits() {
        return new ManualLimits(dataPlane.protocols(), ports.natTraversal());
    }

    /// What differs in `next`.
    public List<Change> changesTo(Configuration next) {
        List<Change> changes = new ArrayList<>();
        Map<String, Function<Configuration, Object>> keys = new TreeMap<>(
                Map.of("control", Configuration::controlSocket,
                        "metrics", Configuration::metrics, "log", Configuration::log, "ports", Configuration::ports,
                        "ports.device", Configuration::device, "dataPlane", Configuration::dataPlane));
        keys.forEach((key, value) -> {
            if (!value.apply(this).equals(value.apply(next))) {
                changes.add(new Change("daemon", key, Change.Cost.RESTART));
            }
        });
        changes.addAll(Change.between(connections, next.connections()));
        return changes;
    }

    /// The same with some connections replaced by others of their names.
    public Configuration with(List<Connection> changed) {
        Map<String, Connection> byName = changed.stream()
                .collect(Collectors.toMap(Connection::name, Function.identity()));
        return new Configuration(controlSocket, metrics, log, ports, device, dataPlane,
                connections.stream().map(each -> byName.getOrDefault(each.name(), each)).toList(), manual);
    }

    /// Wipes the keys.
    @Override
    public void close() {
        connections.forEach(connection -> connection.authentication().close());
        manual.close();
    }
}
