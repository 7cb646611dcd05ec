package io.vanth.ike.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vanth.dataplane.SaStatus;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.OwnCertificate;
import io.vanth.ike.session.EngineStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// All meters of a daemon. Reports count at once; what the core and the data plane have is told from outside, each when it
/// answers, so that a scrape waits for nobody. Labels are names from the configuration or words of ours, never text of a
/// peer.
public final class DaemonMetrics implements AutoCloseable {
    private static final double MILLIS = 1e3;
    private static final Duration[] LAGS = {Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10),
            Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofSeconds(5)};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final NegotiationMeters negotiations;
    private final TrafficMeters traffic;
    private final StateMeters state;
    private final MultiGauge certificateExpiry;
    private final Timer lag;

    /// Meters for `connections`, with a build of `version`.
    public DaemonMetrics(String version, List<Connection> connections) {
        // Names that are none in Prometheus: it keeps their ends for histograms, and counts in seconds.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"))
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
        negotiations = new NegotiationMeters(registry);
        traffic = new TrafficMeters(registry);
        state = new StateMeters(registry);
        certificateExpiry = MultiGauge.builder("vanth.certificate.expiry.timestamp.seconds")
                .description("When the own certificate ends, in seconds since 1970").register(registry);
        lag = Timer.builder("vanth.event.loop.lag").description("How late the event loop of the core came to its work")
                .serviceLevelObjectives(LAGS).register(registry);
        Gauge.builder("vanth.build.info", () -> 1).description("The build that runs").tag("version", version)
                .register(registry);
        configured(connections);
        bindMachine();
    }

    private void bindMachine() {
        collector.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        FunctionCounter.builder("process.cpu.seconds", ProcessHandle.current(), DaemonMetrics::processorSeconds)
                .description("Time of processors that the daemon took").register(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private static double processorSeconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / MILLIS;
    }

    /// Takes notice of what is configured now.
    public void configured(List<Connection> connections) {
        configured(connections, OwnCertificate.of(connections));
    }

    /// Takes notice of what is configured now, with all certificates that the daemon proves itself with.
    public void configured(List<Connection> connections, List<OwnCertificate> certificates) {
        negotiations.configured(connections);
        traffic.configured(connections);
        state.configured(connections);
        certificateExpiry.register(certificates.stream().map(own -> MultiGauge.Row.of(
                Tags.of("connection", own.connection(), "subject", own.subject()), own.expires().getEpochSecond()))
                .toList(), true);
    }

    /// Counts a report.
    public void accept(Report report) {
        negotiations.accept(report);
    }

    /// Takes what the core says of itself. Not at the same time as another of these.
    public void engine(EngineStatus status, Instant now) {
        state.engine(status, now);
    }

    /// Takes what the data plane has installed.
    public void installed(List<SaStatus> installed) {
        traffic.carried(installed);
        state.installed(installed);
    }

    /// Takes the counters of the data plane.
    public void counters(Map<String, Long> counters) {
        traffic.counters(counters);
    }

    /// Notes how late the event loop was.
    public void eventLoopLag(Duration late) {
        lag.record(late);
    }

    /// For how long `part` of the daemon has owed an answer, asked at each scrape: its series are as old as that.
    public void silence(String part, Supplier<Duration> silence) {
        Gauge.builder("vanth.silence.seconds", () -> silence.get().toMillis() / MILLIS)
                .description("How long a part of the daemon has owed an answer; 0 when it owes none").tag("part", part)
                .register(registry);
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
