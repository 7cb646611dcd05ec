package io.vanth.ike.session;

import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Differences;
import io.vanth.ike.policy.LocalHost;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Makes the connections of an engine those of another configuration: what goes on is not touched, what goes or cannot go
/// on as it is to be ends at the peer too, and what comes begins.
final class Reconfiguration {
    private static final String REASON = "the configuration has changed";

    private final Map<String, ConnectionControl> connections;
    private final SessionTable table;
    private final Function<Connection, ConnectionControl> maker;
    /// Where we are, for connections that come later.
    private final Map<LocalHost, Optional<InetAddress>> here = new HashMap<>();

    /// @param connections of the engine, by their names; changed in place
    Reconfiguration(Map<String, ConnectionControl> connections, SessionTable table,
            Function<Connection, ConnectionControl> maker) {
        this.connections = connections;
        this.table = table;
        this.maker = maker;
    }

    /// An address of ours is this now, or there is none.
    void located(LocalHost host, Optional<InetAddress> own) {
        here.put(host, own);
    }

    void become(List<Connection> next) {
        Map<String, Standing> standings = new HashMap<>();
        Map<String, Connection> wanted = new HashMap<>();
        next.forEach(each -> wanted.put(each.name(), each));
        for (ConnectionControl old : List.copyOf(connections.values())) {
            Connection now = wanted.get(old.configured().name());
            if (now == null || Differences.restarts(old.configured(), now)) {
                standings.put(old.configured().name(), Standing.of(old));
                end(old);
            }
        }
        Map<String, ConnectionControl> ordered = new LinkedHashMap<>();
        List<ConnectionControl> begun = new ArrayList<>();
        for (Connection each : next) {
            ConnectionControl kept = connections.get(each.name());
            ConnectionControl control = kept == null ? maker.apply(each) : kept;
            if (kept == null) {
                begun.add(control);
            }
            ordered.put(each.name(), control);
        }
        connections.clear();
        connections.putAll(ordered);
        next.forEach(each -> connections.get(each.name()).configure(each));
        begun.forEach(each -> begin(each,
                standings.getOrDefault(each.configured().name(), Standing.NONE)));
    }

    private void begin(ConnectionControl control, Standing before) {
        Optional.ofNullable(here.get(control.configured().local())).ifPresent(control::relocate);
        before.held()
                .forEach((name, refusesPeer) -> control.tunnel(name).ifPresent(each -> each.holdDown(refusesPeer)));
        control.start();
        if (!control.configured().remoteHosts().isEmpty()) {
            before.up().stream().map(control::tunnel).flatMap(Optional::stream).forEach(control::want);
        }
    }

    /// Negotiations that may still turn out to be of this connection end with it: their peers begin again.
    private void end(ConnectionControl old) {
        table.responding().stream()
                .filter(each -> each.connection()
                        .map(known -> known.name().equals(old.configured().name()))
                        .orElseGet(() -> old.mayBeAt(each.path().remote().getAddress())))
                .forEach(each -> {
                    each.abandon();
                    table.remove(each);
                });
        old.end(REASON);
        connections.remove(old.configured().name());
    }
}
