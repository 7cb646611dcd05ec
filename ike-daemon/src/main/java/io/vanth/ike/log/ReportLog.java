package io.vanth.ike.log;

import io.vanth.ike.exchange.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// Writes a line for each report. A line that repeats is written once a minute with a count, and lines about strangers
/// are limited in number, so that nobody can fill a disk.
public final class ReportLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.vanth.ike");
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1000;
    private static final int STRANGERS_PER_WINDOW = 100;

    private final InstantSource clock;
    private final Map<String, Repeat> repeats = new LinkedHashMap<>();
    private Instant strangersSince = Instant.MIN;
    private int strangers;

    private static final class Repeat {
        private final Report first;
        private final Instant since;
        private int more;

        private Repeat(Report first, Instant since) {
            this.first = first;
            this.since = since;
        }
    }

    public ReportLog(InstantSource clock) {
        this.clock = clock;
    }

    /// Writes or counts `report`.
    public synchronized void accept(Report report) {
        Instant now = clock.instant();
        tick(now);
        if (!repeatable(report)) {
            write(report, 0);
            return;
        }
        Report.Subject subject = report.subject();
        String key = subject.connection() + "/" + subject.tunnel() + " " + report.describe();
        Repeat repeat = repeats.get(key);
        if (repeat != null) {
            repeat.more++;
        } else if (subject.connection().isPresent() || !tooManyStrangers(now)) {
            repeats.put(key, new Repeat(report, now));
            write(report, 0);
        }
    }

    private boolean tooManyStrangers(Instant now) {
        if (strangersSince.isBefore(now.minus(WINDOW))) {
            strangersSince = now;
            strangers = 0;
        }
        strangers++;
        if (strangers == STRANGERS_PER_WINDOW) {
            LOG.warn("many reports about unknown peers: the next ones are not logged for {} s", WINDOW.toSeconds());
        }
        return strangers >= STRANGERS_PER_WINDOW;
    }

    /// Writes the counts of lines whose minute is over.
    public synchronized void tick() {
        tick(clock.instant());
    }

    private void tick(Instant now) {
        Iterator<Repeat> oldest = repeats.values().iterator();
        int excess = repeats.size() - REMEMBERED;
        while (oldest.hasNext()) {
            Repeat repeat = oldest.next();
            if (excess-- <= 0 && repeat.since.plus(WINDOW).isAfter(now)) {
                return;
            }
            oldest.remove();
            if (repeat.more > 0) {
                write(repeat.first, repeat.more);
            }
        }
    }

    private static boolean repeatable(Report report) {
        return switch (report) {
            case Report.Started _,Report.Failed _,Report.Retransmit _,Report.Notify _,Report.DeadPeerDetection _,Report.Dropped _,Report.Trouble _,Report.Note _ ->
                true;
            case Report.Succeeded _,Report.TunnelUp _,Report.TunnelDown _,Report.SessionEnded _ -> false;
        };
    }

    private static void write(Report report, int repeated) {
        LoggingEventBuilder line = LOG.atLevel(level(report));
        for (Map.Entry<String, Object> field : fields(report, repeated).entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log(report.describe());
    }

    private static Map<String, Object> fields(Report report, int repeated) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Report.Subject subject = report.subject();
        fields.put(LineEncoder.EVENT, event(report));
        subject.connection().ifPresent(name -> fields.put("connection", name));
        subject.tunnel().ifPresent(name -> fields.put("tunnel", name));
        fields.put("peer", subject.peer());
        fields.put("exchange", subject.exchange());
        if (subject.messageId() != 0) {
            fields.put("messageId", "%08x".formatted(subject.messageId()));
        }
        if (report instanceof Report.Failed failed) {
            fields.put("reason", failed.failure().label());
        }
        if (report instanceof Report.Trouble(_, var failure)) {
            fields.put("reason", failure.label());
        }
        if (repeated > 0) {
            fields.put("repeated", repeated);
        }
        return fields;
    }

    /// A name that does not change with the text.
    private static String event(Report report) {
        return switch (report) {
            case Report.Started _ -> "negotiation_started";
            case Report.Succeeded _ -> "negotiation_succeeded";
            case Report.Failed _ -> "negotiation_failed";
            case Report.TunnelUp up -> up.rekeyed() ? "tunnel_rekeyed" : "tunnel_up";
            case Report.TunnelDown _ -> "tunnel_down";
            case Report.SessionEnded _ -> "isakmp_ended";
            case Report.Retransmit again -> again.sent() ? "retransmit_sent" : "retransmit_received";
            case Report.Notify notify -> notify.sent() ? "notify_sent" : "notify_received";
            case Report.DeadPeerDetection dpd -> "dpd_" + dpd.stage().name().toLowerCase(Locale.ROOT);
            case Report.Dropped _ -> "message_dropped";
            case Report.Trouble _ -> "trouble";
            case Report.Note _ -> "note";
        };
    }

    private static Level level(Report report) {
        return switch (report) {
            case Report.Failed _ -> Level.WARN;
            case Report.Trouble _ -> Level.WARN;
            case Report.TunnelDown down -> down.intended() ? Level.INFO : Level.WARN;
            case Report.DeadPeerDetection dpd ->
                dpd.stage() == Report.DeadPeerDetection.Stage.TIMED_OUT ? Level.WARN : Level.DEBUG;
            // A refusal with its probable cause is what an operator looks for.
            case Report.Notify(_, var sent, _, _, var text) when !sent && !text.isEmpty() -> Level.WARN;
            case Report.Started _,Report.Succeeded _,Report.TunnelUp _,Report.SessionEnded _,Report.Retransmit _,Report.Notify _,Report.Dropped _,Report.Note _ ->
                Level.INFO;
        };
    }
}
