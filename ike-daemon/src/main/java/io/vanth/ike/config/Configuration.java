package io.vanth.ike.config;

import io.vanth.dataplane.SecurityProtocol;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.policy.Change;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Differences;
import io.vanth.ike.policy.OwnCertificate;
import io.vanth.ike.policy.Ports;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What a daemon is to do. Owns the pre-shared keys of its connections, the manual ones, and the secrets of its API.
///
/// @param control       where commands reach the daemon
/// @param metrics       where metrics are served, or empty
/// @param device        the network interface or VRF that IKE and ESP are bound to, or empty
public record Configuration(Control control, Optional<InetSocketAddress> metrics, Log log, Ports ports,
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

    /// What differs in `next`, but for manual entries.
    public List<Change> changesTo(Configuration next) {
        List<Change> changes = new ArrayList<>();
        for (Setting each : Setting.ALL) {
            if (!each.value().apply(this).equals(each.value().apply(next))) {
                changes.add(new Change("daemon", each.key(), Change.Kind.CHANGED, each.cost(), each.reason()));
            }
        }
        changes.addAll(Differences.between(connections, next.connections()));
        return changes;
    }

    /// What a daemon has once, and what another value of it costs.
    private record Setting(String key, Change.Cost cost, String reason, Function<Configuration, Object> value) {
        private static final List<Setting> ALL = List.of(
                process("control", "what serves the API is opened at the start", each -> each.control().shape()),
                new Setting("control.token", Change.Cost.NONE, "",
                        each -> each.control().remote().flatMap(Control.Remote::token)),
                new Setting("control.tls", Change.Cost.NONE, "",
                        each -> each.control().remote().flatMap(Control.Remote::tls)),
                process("dataPlane", "the data plane is opened at the start, and holds all SAs",
                        Configuration::dataPlane),
                new Setting("log", Change.Cost.NONE, "", Configuration::log),
                process("metrics", "the address of the metrics is opened at the start", Configuration::metrics),
                process("ports", "the sockets of all connections have these ports", Configuration::ports),
                process("ports.device", "the sockets of all connections are bound to it", Configuration::device));

        private static Setting process(String key, String reason, Function<Configuration, Object> value) {
            return new Setting(key, Change.Cost.PROCESS, reason, value);
        }
    }

    /// The same with other connections, and with what `next` has that needs no new start.
    public Configuration with(List<Connection> others, Configuration next) {
        return new Configuration(next.control, metrics, next.log, ports, device, dataPlane, others, manual);
    }

    /// The certificates that the daemon proves itself with: of its connections, and the one of the API as `control`.
    public List<OwnCertificate> certificates() {
        List<OwnCertificate> all = new ArrayList<>(OwnCertificate.of(connections));
        control.remote().flatMap(Control.Remote::tls)
                .ifPresent(tls -> all.add(new OwnCertificate("control", tls.own())));
        return all;
    }

    /// Wipes the keys.
    @Override
    public void close() {
        connections.forEach(connection -> connection.authentication().close());
        manual.close();
        control.close();
    }
}
