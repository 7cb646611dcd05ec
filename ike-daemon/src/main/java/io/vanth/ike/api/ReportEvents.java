package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.ike.exchange.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/// Which reports become events. Those about strangers are limited in number: who sends garbage must not push out what
/// others want to know.
final class ReportEvents {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int STRANGERS = 10;

    private final InstantSource clock;
    private Instant since = Instant.MIN;
    private int strangers;

    /// What a listener gets.
    record Event(String type, ObjectNode data) {}

    ReportEvents(InstantSource clock) {
        this.clock = clock;
    }

    Optional<Event> of(Report report) {
        Optional<String> type = type(report);
        if (type.isEmpty() || report.subject().connection().isEmpty() && tooMany()) {
            return Optional.empty();
        }
        return Optional.of(new Event(type.get(), data(report)));
    }

    private boolean tooMany() {
        Instant now = clock.instant();
        if (since.isBefore(now.minus(WINDOW))) {
            since = now;
            strangers = 0;
        }
        return ++strangers > STRANGERS;
    }

    private static Optional<String> type(Report report) {
        return Optional.ofNullable(switch (report) {
            case Report.Succeeded done -> done.mode() == Report.Mode.QUICK_MODE ? null : "isakmp_up";
            case Report.Failed _ -> "negotiation_failed";
            case Report.TunnelUp up -> up.rekeyed() ? "tunnel_rekeyed" : "tunnel_up";
            case Report.TunnelDown _ -> "tunnel_down";
            case Report.SessionEnded _ -> "isakmp_ended";
            case Report.DeadPeerDetection(_, var stage) when stage != Report.DeadPeerDetection.Stage.RECEIVED ->
                "dpd_" + stage.name().toLowerCase(Locale.ROOT);
            case Report.Started _,Report.Retransmit _,Report.Notify _,Report.DeadPeerDetection _,Report.Dropped _,Report.Trouble _,Report.Note _ ->
                null;
        });
    }

    private static ObjectNode data(Report report) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        Report.Subject subject = report.subject();
        subject.connection().ifPresent(name -> data.put("connection", name));
        subject.tunnel().ifPresent(name -> data.put("tunnel", name));
        data.put("peer", subject.peer()).put("exchange", subject.exchange());
        if (subject.messageId() != 0) {
            data.put("messageId", "%08x".formatted(subject.messageId()));
        }
        if (report instanceof Report.Failed failed) {
            data.put("reason", failed.failure().label());
        }
        return data.put("text", report.describe());
    }
}
