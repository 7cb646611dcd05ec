package io.vanth.ike.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Counts what the core reports.
final class NegotiationMeters {
    private static final Pattern KNOWN_NOTIFY = Pattern.compile("[A-Z][A-Z_-]{1,40}");
    private static final Duration[] BUCKETS = {Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
            Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30)};

    private final MeterRegistry registry;

    /// Counters begin at 0: a series that appears with its first event hides that event from `increase()`. Those of
    /// failures and notifies appear when they happen, as most of them never do.
    NegotiationMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Report.Mode mode : Report.Mode.values()) {
            for (Report.Role role : Report.Role.values()) {
                started(mode, role);
                succeeded(mode, role);
                handshake(mode, role);
            }
        }
        for (boolean sent : new boolean[]{true, false}) {
            retransmits(sent);
        }
        for (Report.DeadPeerDetection.Stage stage : Report.DeadPeerDetection.Stage.values()) {
            deadPeerDetection(stage);
        }
        dropped();
        ended();
        lost();
    }

    /// Those of tunnels begin at 0 too.
    void configured(List<Connection> connections) {
        connections.forEach(each -> each.tunnels().forEach(tunnel -> rekeys(each.name(), tunnel.name())));
    }

    void accept(Report report) {
        switch (report) {
            case Report.Started started -> started(started.mode(), started.role()).increment();
            case Report.Succeeded succeeded -> {
                succeeded(succeeded.mode(), succeeded.role()).increment();
                handshake(succeeded.mode(), succeeded.role()).record(succeeded.took());
            }
            case Report.Failed failed -> counter("vanth.negotiations.failed", "Negotiations that ended badly", "mode",
                    failed.mode().label(), "role", failed.role().label(), "reason", failed.failure().label())
                    .increment();
            case Report.TunnelUp up -> {
                if (up.rekeyed()) {
                    rekeys(name(up.subject().connection()), name(up.subject().tunnel())).increment();
                }
            }
            case Report.Retransmit again -> retransmits(again.sent()).increment();
            case Report.Notify notify -> counter("vanth.notifies", "Notifications", "direction",
                    direction(notify.sent()), "type", type(notify.type())).increment();
            case Report.DeadPeerDetection dpd -> deadPeerDetection(dpd.stage()).increment();
            case Report.Dropped _ -> dropped().increment();
            case Report.SessionEnded _ -> ended().increment();
            case Report.TunnelDown down -> {
                if (!down.intended()) {
                    lost().increment();
                }
            }
            case Report.Trouble _,Report.Note _ -> {
                // Only for the log.
            }
        }
    }

    private Counter started(Report.Mode mode, Report.Role role) {
        return counter("vanth.negotiations.started", "Negotiations begun", "mode", mode.label(), "role", role.label());
    }

    private Counter succeeded(Report.Mode mode, Report.Role role) {
        return counter("vanth.negotiations.succeeded", "Negotiations that ended well", "mode", mode.label(), "role",
                role.label());
    }

    private Timer handshake(Report.Mode mode, Report.Role role) {
        return Timer.builder("vanth.handshake.duration").description("How long negotiations took that ended well")
                .tags("mode", mode.label(), "role", role.label()).serviceLevelObjectives(BUCKETS).register(registry);
    }

    private Counter rekeys(String connection, String tunnel) {
        return counter("vanth.rekeys", "Tunnels that got new keys", "connection", connection, "tunnel", tunnel);
    }

    private Counter retransmits(boolean sent) {
        return counter("vanth.retransmits", "Messages that were sent again", "direction", direction(sent));
    }

    private Counter deadPeerDetection(Report.DeadPeerDetection.Stage stage) {
        return counter("vanth.dpd", "Dead peer detection", "event", stage.name().toLowerCase(Locale.ROOT));
    }

    private Counter dropped() {
        return counter("vanth.messages.dropped", "IKE messages that were dropped");
    }

    private Counter ended() {
        return counter("vanth.isakmp.ended", "ISAKMP SAs that ended");
    }

    private Counter lost() {
        return counter("vanth.tunnels.lost", "Tunnels that stopped carrying traffic though nobody wanted it");
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private static String name(Optional<String> name) {
        return name.orElse("unknown");
    }

    private static String direction(boolean sent) {
        return sent ? "sent" : "received";
    }

    /// A number that nobody has named would make a label of its own for each of 65,536 values.
    private static String type(String type) {
        return KNOWN_NOTIFY.matcher(type).matches() ? type : "other";
    }
}
