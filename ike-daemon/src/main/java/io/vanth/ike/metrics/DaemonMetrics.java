package io.vanth.ike.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vanth.dataplane.SaStatus;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.OwnCertificate;
import io.vanth.ike.session.EngineStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// All meters of a daemon. Reports count at once; the state is refreshed from outside, so that a scrape waits for nobody.
/// Labels are names from the configuration or words of ours, never text of a peer.
public final class DaemonMetrics implements AutoCloseable {
    private static final double NANOS = 1e9;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final NegotiationMeters negotiations;
    private final TrafficMeters traffic;
    private final MultiGauge connectionUp = gauges("vanth.connection.up", "Whether the connection has an ISAKMP SA");
    private final MultiGauge tunnelUp = gauges("vanth.tunnel.up", "Whether the tunnel carries traffic");
    private final MultiGauge tunnelDown = gauges("vanth.tunnel.down.seconds",
            "How long the tunnel has been down, with the reason of its last failure");
    private final MultiGauge certificateExpiry = gauges("vanth.certificate.expiry.timestamp.seconds",
            "When the own certificate ends, in seconds since 1970");
    private final AtomicLong configuredConnections = gauge("vanth.connections.configured", "Connections configured");
    private final AtomicLong upConnections = gauge("vanth.connections.up", "Connections with an ISAKMP SA");
    private final AtomicLong configuredTunnels = gauge("vanth.tunnels.configured", "Tunnels configured");
    private final AtomicLong upTunnels = gauge("vanth.tunnels.up", "Tunnels that carry traffic");
    private final AtomicLong halfOpen = gauge("vanth.isakmp.half.open", "Phase 1 negotiations under way");
    private final AtomicLong associations = gauge("vanth.ipsec.associations", "IPsec SAs in the data plane");
    private final AtomicLong lagNanos = new AtomicLong();

    /// Meters for `connections`, with a build of `version`.
    public DaemonMetrics(String version, List<Connection> connections) {
        negotiations = new NegotiationMeters(registry);
        traffic = new TrafficMeters(registry);
        Gauge.builder("vanth.build.info", () -> 1).description("The build that runs").tag("version", version)
                .register(registry);
        Gauge.builder("vanth.event.loop.lag.seconds", () -> lagNanos.get() / NANOS)
                .description("How late the last timer of the event loop was").register(registry);
        configured(connections);
        collector.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// Takes notice of what is configured now.
    public void configured(List<Connection> connections) {
        negotiations.configured(connections);
        traffic.configured(connections);
        certificateExpiry.register(OwnCertificate.of(connections).stream().map(own -> MultiGauge.Row.of(
                Tags.of("connection", own.connection(), "subject", own.subject()), own.expires().getEpochSecond()))
                .toList(), true);
    }

    private MultiGauge gauges(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private AtomicLong gauge(String name, String description) {
        AtomicLong value = new AtomicLong();
        Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
        return value;
    }

    /// Counts a report.
    public void accept(Report report) {
        negotiations.accept(report);
    }

    /// Takes a new picture of the state.
    public void refresh(EngineStatus status, List<SaStatus> installed, Map<String, Long> counters, Instant now) {
        halfOpen.set(status.halfOpen());
        associations.set(installed.size());
        traffic.refresh(installed, counters);
        List<MultiGauge.Row<?>> connections = new ArrayList<>();
        List<MultiGauge.Row<?>> tunnels = new ArrayList<>();
        List<MultiGauge.Row<?>> down = new ArrayList<>();
        for (EngineStatus.ConnectionStatus connection : status.connections()) {
            connections.add(MultiGauge.Row.of(Tags.of("connection", connection.name()), isUp(connection.state())));
            for (EngineStatus.TunnelStatus tunnel : connection.tunnels()) {
                Tags tags = Tags.of("connection", connection.name(), "tunnel", tunnel.name());
                tunnels.add(MultiGauge.Row.of(tags, isUp(tunnel.state())));
                if (tunnel.state() != EngineStatus.State.UP) {
                    down.add(MultiGauge.Row.of(tags.and("reason", reason(connection, tunnel)),
                            Duration.between(tunnel.since(), now).toMillis() / 1e3));
                }
            }
        }
        connectionUp.register(connections, true);
        tunnelUp.register(tunnels, true);
        tunnelDown.register(down, true);
        count(status, tunnels.size(), down.size());
    }

    private void count(EngineStatus status, int tunnels, int down) {
        configuredConnections.set(status.connections().size());
        upConnections.set(status.connections().stream().mapToInt(each -> isUp(each.state())).sum());
        configuredTunnels.set(tunnels);
        upTunnels.set(tunnels - down);
    }

    private static int isUp(EngineStatus.State state) {
        return state == EngineStatus.State.UP ? 1 : 0;
    }

    private static String reason(EngineStatus.ConnectionStatus connection, EngineStatus.TunnelStatus tunnel) {
        return tunnel.lastFailure().or(connection::lastFailure).map(EngineStatus.LastFailure::reason).orElse("none");
    }

    /// Notes how late a timer of the event loop was.
    public void eventLoopLag(Duration lag) {
        lagNanos.set(lag.toNanos());
    }

    /// The page in Prometheus' text format.
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
