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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Asks a silent peer whether it is alive (RFC 3706): when neither IKE nor ESP came from it for the delay, it is asked, and
/// again until it answers or the timeout is over. On demand it is asked only if ESP went to it meanwhile.
final class DeadPeerDetector {
    private static final int QUESTIONS = 4;
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LATELY = Duration.ofSeconds(10);
    /// Questions may overtake each other on their way.
    private static final int WINDOW = 16;

    private final EngineContext context;
    private final IsakmpSa sa;
    private final Dpd settings;
    private final Supplier<Associations> associations;
    private final Runnable dead;
    private int sequence;
    private int unanswered;
    private int peerSequence;
    private boolean peerAsked;
    private Optional<Instant> askedSince = Optional.empty();
    private Optional<TimerQueue.Timer> next = Optional.empty();
    private long packetsIn;
    private long packetsOut;
    private Instant trafficSeen;
    private boolean sent;

    /// The SAs on which traffic comes from the peer, and goes to it.
    record Associations(List<SaId> inbound, List<SaId> outbound) {}

    /// @param associations those that are there now
    /// @param dead         called once, when the peer is dead
    DeadPeerDetector(EngineContext context, IsakmpSa sa, Supplier<Associations> associations, Runnable dead) {
        this.context = context;
        this.sa = sa;
        this.settings = sa.connection().dpd();
        this.associations = associations;
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
        // A probe comes between: without this, each would begin one more row of questions.
        next.ifPresent(TimerQueue.Timer::cancel);
        TimerQueue.Timer timer = context.after(time, this::look);
        sa.schedule(timer);
        next = Optional.of(timer);
    }

    private void look() {
        Associations now = associations.get();
        var all = new ArrayList<>(now.inbound());
        all.addAll(now.outbound());
        context.ask(ticket -> new Effect.QueryTraffic(ticket, all), event -> {
            if (event instanceof Event.TrafficSeen(_, var counters)) {
                count(packets(counters, now.inbound()), packets(counters, now.outbound()));
            }
            decide();
        });
    }

    private static long packets(Map<SaId, TrafficCounters> counters, List<SaId> of) {
        return of.stream().mapToLong(id -> counters.getOrDefault(id, TrafficCounters.ZERO).packets()).sum();
    }

    /// After a rekey a sum may shrink: any change means that packets passed.
    private void count(long in, long out) {
        if (in != packetsIn && in > 0) {
            trafficSeen = context.now();
            sent = false;
        } else if (out != packetsOut && out > 0) {
            sent = true;
        }
        packetsIn = in;
        packetsOut = out;
    }

    private void decide() {
        if (sa.closed()) {
            return;
        }
        Instant heard = sa.lastHeard().isAfter(trafficSeen) ? sa.lastHeard() : trafficSeen;
        Duration silence = Duration.between(heard, context.now());
        if (askedSince.isPresent() && heard.isAfter(askedSince.get())) {
            alive();
        }
        if (askedSince.isPresent() && !context.now().isBefore(askedSince.get().plus(settings.timeout()))) {
            context.tell(new Report.DeadPeerDetection(subject(), Report.DeadPeerDetection.Stage.TIMED_OUT));
            dead.run();
        } else if (askedSince.isPresent() || silence.compareTo(settings.delay()) >= 0 && asks()) {
            ask();
        } else if (!settings.delay().isZero()) {
            Duration left = settings.delay().minus(silence);
            wait(left.isPositive() ? left : settings.delay());
        }
    }

    private boolean asks() {
        return !settings.delay().isZero() && (sent || settings.mode() == Dpd.Mode.PERIODIC);
    }

    /// Whether the peer can be asked at all.
    boolean canAsk() {
        return sa.result().deadPeerDetection() && !sa.closed();
    }

    /// Asks now, whether or not that is configured: something depends on whether the peer is alive. Who was heard lately is
    /// not asked, so that nobody can have us wear the message ids of another's ISAKMP SA.
    void probe() {
        boolean silent = !sa.lastHeard().plus(LATELY).isAfter(context.now());
        if (canAsk() && askedSince.isEmpty() && silent) {
            ask();
        }
    }

    private void alive() {
        askedSince = Optional.empty();
        unanswered = 0;
        sent = false;
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
        if (peerAsked && number - peerSequence < -WINDOW) {
            context.tell(new Report.Dropped(subject(), "R-U-THERE with an old sequence number"));
            return;
        }
        peerSequence = peerAsked && number - peerSequence < 0 ? peerSequence : number;
        peerAsked = true;
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
        return sa.cookies();
    }

    private Report.Subject subject() {
        return sa.subject("dead peer detection", 0);
    }
}
