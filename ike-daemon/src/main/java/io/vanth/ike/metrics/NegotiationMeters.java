package io.vanth.ike.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vanth.ike.exchange.Report;
import java.time.Duration;
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

    NegotiationMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void accept(Report report) {
        switch (report) {
            case Report.Started started -> count("vanth.negotiations.started", "Negotiations begun", "mode",
                    started.mode().label(), "role", started.role().label());
            case Report.Succeeded succeeded -> succeeded(succeeded);
            case Report.Failed failed -> count("vanth.negotiations.failed", "Negotiations that ended badly", "mode",
                    failed.mode().label(), "role", failed.role().label(), "reason", failed.failure().label());
            case Report.TunnelUp up -> {
                if (up.rekeyed()) {
                    count("vanth.rekeys", "Tunnels that got new keys", "connection", name(up.subject().connection()),
                            "tunnel", name(up.subject().tunnel()));
                }
            }
            case Report.Retransmit again -> count("vanth.retransmits", "Messages that were sent again", "direction",
                    direction(again.sent()));
            case Report.Notify notify -> count("vanth.notifies", "Notifications", "direction",
                    direction(notify.sent()), "type", type(notify.type()));
            case Report.DeadPeerDetection dpd -> count("vanth.dpd", "Dead peer detection", "event",
                    dpd.stage().name().toLowerCase(Locale.ROOT));
            case Report.Dropped _ -> count("vanth.messages.dropped", "IKE messages that were dropped");
            case Report.SessionEnded _ -> count("vanth.isakmp.ended", "ISAKMP SAs that ended");
            case Report.TunnelDown _ -> count("vanth.tunnels.lost", "Tunnels that stopped carrying traffic");
            case Report.Note _ -> {
                // Only for the log.
            }
        }
    }

    private void succeeded(Report.Succeeded succeeded) {
        String[] tags = {"mode", succeeded.mode().label(), "role", succeeded.role().label()};
        count("vanth.negotiations.succeeded", "Negotiations that ended well", tags);
        Timer.builder("vanth.handshake.duration").description("How long negotiations took that ended well").tags(tags)
                .serviceLevelObjectives(BUCKETS).register(registry).record(succeeded.took());
    }

    private void count(String name, String description, String... tags) {
        Counter.builder(name).description(description).tags(tags).register(registry).increment();
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
