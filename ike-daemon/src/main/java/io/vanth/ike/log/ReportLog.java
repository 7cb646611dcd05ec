package io.vanth.ike.log;

import io.vanth.ike.exchange.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// Writes a line for each report. A line that repeats is written once a minute with a count, and different lines that a
/// stranger can cause are limited in number for each connection, and for all that belong to none, so that nobody can fill
/// a disk.
public final class ReportLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.vanth.ike");
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1000;
    private static final int LINES_PER_WINDOW = 100;

    private final InstantSource clock;
    private final Map<String, Repeat> repeats = new LinkedHashMap<>();
    private final Map<Optional<String>, Budget> budgets = new HashMap<>();

    /// The lines about a connection within a window.
    private static final class Budget {
        private final Instant since;
        private int lines;
        private int omitted;

        private Budget(Instant since) {
            this.since = since;
        }

        private boolean isOver(Instant now) {
            return !since.plus(WINDOW).isAfter(now);
        }
    }

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
        String key = "%s/%s %s %s".formatted(subject.connection(), subject.tunnel(), host(subject), report.describe());
        Repeat repeat = repeats.get(key);
        if (repeat != null) {
            repeat.more++;
        } else if (mayWrite(subject.connection(), now)) {
            repeats.put(key, new Repeat(report, now));
            write(report, 0);
        }
    }

    /// Of a connection each peer has lines of its own, whatever port it comes from; strangers share theirs.
    private static String host(Report.Subject subject) {
        int port = subject.peer().lastIndexOf(':');
        return subject.connection().isEmpty() || port < 0 ? "" : subject.peer().substring(0, port);
    }

    private boolean mayWrite(Optional<String> connection, Instant now) {
        Budget budget = budgets.computeIfAbsent(connection, _ -> new Budget(now));
        if (budget.lines < LINES_PER_WINDOW) {
            budget.lines++;
            return true;
        }
        if (budget.omitted++ == 0) {
            tell(connection, "many different reports: the next ones are not logged for up to %d s"
                    .formatted(WINDOW.toSeconds()), 0);
        }
        return false;
    }

    private static void tell(Optional<String> connection, String text, int omitted) {
        LoggingEventBuilder line = LOG.atWarn().addKeyValue(LineEncoder.EVENT, "reports_omitted");
        line = connection.isPresent() ? line.addKeyValue("connection", connection.get()) : line;
        line = omitted > 0 ? line.addKeyValue("repeated", omitted) : line;
        line.log(connection.isPresent() ? text : text + ", about unknown peers");
    }

    /// Writes the counts of lines whose minute is over.
    public synchronized void tick() {
        tick(clock.instant());
    }

    /// Writes all counts: the end has come.
    public synchronized void flush() {
        tick(Instant.MAX);
    }

    private void tick(Instant now) {
        budgets.entrySet().removeIf(each -> {
            boolean over = each.getValue().isOver(now);
            if (over && each.getValue().omitted > 0) {
                tell(each.getKey(), "reports were not logged", each.getValue().omitted);
            }
            return over;
        });
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
        reason(report).ifPresent(reason -> fields.put(LineEncoder.REASON, reason));
        if (repeated > 0) {
            fields.put("repeated", repeated);
        }
        return fields;
    }

    /// A word where there is one, else the text.
    private static Optional<String> reason(Report report) {
        return switch (report) {
            case Report.Failed failed -> Optional.of(failed.failure().label());
            case Report.Trouble trouble -> Optional.of(trouble.failure().label());
            case Report.TunnelDown down -> Optional.of(down.reason());
            case Report.SessionEnded ended -> Optional.of(ended.reason());
            case Report.Dropped dropped -> Optional.of(dropped.reason());
            case Report.Started _,Report.Succeeded _,Report.TunnelUp _,Report.Retransmit _,Report.Notify _,Report.DeadPeerDetection _,Report.Note _ ->
                Optional.empty();
        };
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
