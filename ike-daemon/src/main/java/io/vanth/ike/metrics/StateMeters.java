package io.vanth.ike.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.ike.manual.ManualTable;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.session.EngineStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is up, what is down for how long and why, and the SAs by their state.
final class StateMeters {
    private final AtomicLong configuredConnections;
    private final AtomicLong upConnections;
    private final AtomicLong configuredTunnels;
    private final AtomicLong upTunnels;
    private final MultiGauge connectionUp;
    private final MultiGauge connectionDown;
    private final MultiGauge tunnelUp;
    private final MultiGauge tunnelDown;
    private final MultiGauge tunnelWanted;
    private final MultiGauge isakmp;
    private final MultiGauge ipsec;
    private final Map<String, Instant> downSince = new HashMap<>();
    private volatile Set<SaId> current = Set.of();

    /// What an IPsec SA is to its tunnel.
    private enum Standing {
        /// Of the newest pair.
        CURRENT,
        /// Of a pair that another one has replaced, or is about to.
        FORMER,
        /// Nobody has negotiated it.
        MANUAL
    }

    StateMeters(MeterRegistry registry) {
        configuredConnections = gauge(registry, "vanth.connections.configured", "Connections configured");
        upConnections = gauge(registry, "vanth.connections.up", "Connections with an ISAKMP SA");
        configuredTunnels = gauge(registry, "vanth.tunnels.configured", "Tunnels configured");
        upTunnels = gauge(registry, "vanth.tunnels.up", "Tunnels that carry traffic");
        connectionUp = gauges(registry, "vanth.connection.up", "Whether the connection has an ISAKMP SA");
        connectionDown = gauges(registry, "vanth.connection.down.seconds",
                "How long the connection has had no ISAKMP SA, with the reason of the last failure");
        tunnelUp = gauges(registry, "vanth.tunnel.up", "Whether the tunnel carries traffic");
        tunnelDown = gauges(registry, "vanth.tunnel.down.seconds",
                "How long the tunnel has been down, with the reason of its last failure");
        tunnelWanted = gauges(registry, "vanth.tunnel.wanted", "Whether the tunnel is to be up always (start: always)");
        isakmp = gauges(registry, "vanth.isakmp.associations",
                "ISAKMP SAs that are established, and those still negotiated (half_open)");
        ipsec = gauges(registry, "vanth.ipsec.associations",
                "IPsec SAs in the data plane: current ones of tunnels, former ones beside them, manual ones");
    }

    private static AtomicLong gauge(MeterRegistry registry, String name, String description) {
        AtomicLong value = new AtomicLong();
        Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
        return value;
    }

    private static MultiGauge gauges(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /// Takes notice of which tunnels are to be up.
    void configured(List<Connection> configured) {
        tunnelWanted.register(configured.stream().flatMap(connection -> connection.tunnels().stream()
                .map(tunnel -> row(tags(connection.name(), tunnel.name()), tunnel.start() == StartMode.ALWAYS ? 1 : 0)))
                .collect(Collectors.toList()), true);
    }

    /// Takes what the core says of itself.
    void engine(EngineStatus status, Instant now) {
        List<EngineStatus.ConnectionStatus> all = status.connections();
        connectionUp.register(rows(all.stream().map(each -> row(tags(each.name()), isUp(each.state())))), true);
        connectionDown.register(rows(all.stream().filter(each -> isUp(each.state()) == 0)
                .map(each -> row(tags(each.name()).and("reason", reason(each.lastFailure())),
                        seconds(downSince.computeIfAbsent(each.name(), _ -> now), now)))),
                true);
        downSince.keySet().retainAll(all.stream().filter(each -> isUp(each.state()) == 0)
                .map(EngineStatus.ConnectionStatus::name).collect(Collectors.toSet()));
        configuredConnections.set(all.size());
        upConnections.set(all.stream().mapToInt(each -> isUp(each.state())).sum());
        tunnels(all, now);
        isakmp.register(List.of(row(Tags.of("state", "half_open"), status.halfOpen()),
                row(Tags.of("state", "established"), status.established())), true);
    }

    private void tunnels(List<EngineStatus.ConnectionStatus> all, Instant now) {
        List<MultiGauge.Row<?>> up = new ArrayList<>();
        List<MultiGauge.Row<?>> down = new ArrayList<>();
        Set<SaId> newest = new HashSet<>();
        for (EngineStatus.ConnectionStatus connection : all) {
            for (EngineStatus.TunnelStatus tunnel : connection.tunnels()) {
                Tags tags = tags(connection.name(), tunnel.name());
                up.add(row(tags, isUp(tunnel.state())));
                if (isUp(tunnel.state()) == 0) {
                    down.add(row(tags.and("reason", reason(tunnel.lastFailure().or(connection::lastFailure))),
                            seconds(tunnel.since(), now)));
                }
                tunnel.child().ifPresent(child -> {
                    newest.add(child.inbound());
                    newest.add(child.outbound());
                });
            }
        }
        current = newest;
        tunnelUp.register(up, true);
        tunnelDown.register(down, true);
        configuredTunnels.set(up.size());
        upTunnels.set(up.size() - down.size());
    }

    /// Takes what the data plane has.
    void installed(List<SaStatus> installed) {
        Map<Tags, Integer> counts = new HashMap<>();
        for (Standing standing : Standing.values()) {
            for (Direction direction : Direction.values()) {
                counts.put(tags(standing, direction), 0);
            }
        }
        installed.forEach(sa -> counts.merge(tags(standing(sa), sa.direction()), 1, Integer::sum));
        ipsec.register(rows(counts.entrySet().stream().map(each -> row(each.getKey(), each.getValue()))), true);
    }

    private Standing standing(SaStatus sa) {
        if (ManualTable.isManual(sa.group())) {
            return Standing.MANUAL;
        }
        return current.contains(sa.id()) ? Standing.CURRENT : Standing.FORMER;
    }

    private static Tags tags(Standing standing, Direction direction) {
        return Tags.of("state", standing.name().toLowerCase(Locale.ROOT), "direction",
                TrafficMeters.word(direction));
    }

    private static Tags tags(String connection) {
        return Tags.of("connection", connection);
    }

    private static Tags tags(String connection, String tunnel) {
        return Tags.of("connection", connection, "tunnel", tunnel);
    }

    private static List<MultiGauge.Row<?>> rows(Stream<MultiGauge.Row<?>> rows) {
        return rows.collect(Collectors.toList());
    }

    private static MultiGauge.Row<?> row(Tags tags, Number value) {
        return MultiGauge.Row.of(tags, value);
    }

    private static int isUp(EngineStatus.State state) {
        return state == EngineStatus.State.UP ? 1 : 0;
    }

    private static double seconds(Instant since, Instant now) {
        return Duration.between(since, now).toMillis() / 1e3;
    }

    private static String reason(Optional<EngineStatus.LastFailure> failure) {
        return failure.map(EngineStatus.LastFailure::reason).orElse("none");
    }
}
