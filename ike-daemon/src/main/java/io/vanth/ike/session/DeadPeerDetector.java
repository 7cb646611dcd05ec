package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Asks a silent peer whether it is alive (RFC 3706): when neither IKE nor ESP came from it for the delay, it is asked, and
/// again until it answers or the timeout is over.
final class DeadPeerDetector {
    private static final int QUESTIONS = 4;
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

    private final EngineContext context;
    private final IsakmpSa sa;
    private final Dpd settings;
    private final Supplier<List<SaId>> inbound;
    private final Runnable dead;
    private int sequence;
    private int unanswered;
    private int peerSequence;
    private boolean peerAsked;
    private Optional<Instant> askedSince = Optional.empty();
    private long packetsBefore;
    private Instant trafficSeen;

    /// @param inbound the SAs on which the peer's traffic comes in
    /// @param dead    called once, when the peer is dead
    DeadPeerDetector(EngineContext context, IsakmpSa sa, Supplier<List<SaId>> inbound, Runnable dead) {
        this.context = context;
        this.sa = sa;
        this.settings = sa.connection().dpd();
        this.inbound = inbound;
        this.dead = dead;
        this.sequence = context.random().nextInt(1 << 30);
        this.trafficSeen = context.now();
    }

    void start() {
        if (!settings.delay().isZero() && sa.result().deadPeerDetection()) {
            wait(settings.delay());
        }
    }

    int unanswered() {
        return unanswered;
    }

    private void wait(Duration time) {
        sa.schedule(context.after(time, this::look));
    }

    private void look() {
        context.ask(ticket -> new Effect.QueryTraffic(ticket, inbound.get()), this::decide);
    }

    private void decide(Event event) {
        if (sa.closed()) {
            return;
        }
        long packets = event instanceof Event.TrafficSeen(_, var counters)
                ? counters.values().stream().mapToLong(TrafficCounters::packets).sum()
                : packetsBefore;
        // After a rekey the sum may shrink: any change means that packets came.
        if (packets != packetsBefore && packets > 0) {
            trafficSeen = context.now();
        }
        packetsBefore = packets;
        Instant heard = sa.lastHeard().isAfter(trafficSeen) ? sa.lastHeard() : trafficSeen;
        Duration silence = Duration.between(heard, context.now());
        if (askedSince.isPresent() && heard.isAfter(askedSince.get())) {
            alive();
        }
        if (askedSince.isPresent() && !context.now().isBefore(askedSince.get().plus(settings.timeout()))) {
            context.tell(new Report.DeadPeerDetection(subject(), Report.DeadPeerDetection.Stage.TIMED_OUT));
            dead.run();
        } else if (askedSince.isPresent() || silence.compareTo(settings.delay()) >= 0) {
            ask();
        } else {
            wait(settings.delay().minus(silence));
        }
    }

    private void alive() {
        askedSince = Optional.empty();
        unanswered = 0;
    }

    private void ask() {
        Instant first = askedSince.orElse(context.now());
        askedSince = Optional.of(first);
        sequence++;
        unanswered++;
        sa.inform(List.of(message(NotifyType.R_U_THERE, Bytes.ofInt(sequence))));
        context.tell(new Report.DeadPeerDetection(subject(), Report.DeadPeerDetection.Stage.SENT));
        Duration interval = settings.timeout().dividedBy(QUESTIONS);
        Duration left = Duration.between(context.now(), first.plus(settings.timeout()));
        Duration pause = interval.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : interval;
        wait(pause.compareTo(left) < 0 ? pause : left);
    }

    /// The peer asks: answered with its own sequence number (RFC 3706 section 5.4). An older number is a replay.
    void asked(Payload.Notification question) {
        if (question.data().length() != Integer.BYTES || !ours(question)) {
            context.tell(new Report.Dropped(subject(), "R-U-THERE for another SA or without a sequence number"));
            return;
        }
        int number = question.data().intAt(0);
        if (peerAsked && number - peerSequence < 0) {
            context.tell(new Report.Dropped(subject(), "R-U-THERE with an old sequence number"));
            return;
        }
        peerAsked = true;
        peerSequence = number;
        sa.inform(List.of(message(NotifyType.R_U_THERE_ACK, question.data())));
        context.tell(new Report.DeadPeerDetection(subject(), Report.DeadPeerDetection.Stage.RECEIVED));
    }

    /// The peer answers; only the number of an open question counts (RFC 3706 section 5.4).
    void answered(Payload.Notification answer) {
        boolean open = askedSince.isPresent() && answer.data().length() == Integer.BYTES
                && sequence - answer.data().intAt(0) >= 0 && sequence - answer.data().intAt(0) < unanswered;
        if (!open || !ours(answer)) {
            context.tell(new Report.Dropped(subject(), "R-U-THERE-ACK that answers no open question"));
            return;
        }
        alive();
        context.tell(new Report.DeadPeerDetection(subject(), Report.DeadPeerDetection.Stage.ANSWERED));
    }

    private boolean ours(Payload.Notification notification) {
        return notification.spi().equals(cookies());
    }

    private Payload.Notification message(NotifyType type, Bytes number) {
        return Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP, cookies(), type.code(), number);
    }

    private Bytes cookies() {
        return Bytes.concat(sa.result().initiator().bytes(), sa.result().responder().bytes());
    }

    private Report.Subject subject() {
        return sa.subject("dead peer detection", 0);
    }
}
