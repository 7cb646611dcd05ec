package io.vanth.ike.session;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.wire.Bytes;
import java.time.Instant;
import java.util.Optional;

/// The last message that an exchange sent. It is sent again until an answer comes, and when the message comes again that
/// it answers (RFC 2408 section 5.1).
final class Transmission {
    /// Stored replies are sent again at most so often, so that nobody is flooded by them.
    private static final int MAX_REPEATED_REPLIES = 5;

    private final ExchangeRun<?> run;
    private final Retransmission retransmission;
    private Bytes message = Bytes.EMPTY;
    private int times;
    private boolean persistent;
    private int repeatedReplies;
    private Optional<TimerQueue.Timer> again = Optional.empty();

    /// One that was there before a message moved the exchange on.
    ///
    /// @param at when it was to be sent again
    record Earlier(Bytes message, int repeated, boolean persistent, Optional<Instant> at) {}

    /// There is one for each half-open negotiation, so it holds little.
    Transmission(ExchangeRun<?> run, Retransmission retransmission) {
        this.run = run;
        this.retransmission = retransmission;
    }

    boolean isEmpty() {
        return message.isEmpty();
    }

    boolean is(Bytes datagram) {
        return datagram.equals(message);
    }

    /// How often it was sent without an answer.
    int times() {
        return times;
    }

    Earlier earlier() {
        return new Earlier(message, repeatedReplies, persistent, again.map(TimerQueue.Timer::at));
    }

    /// What was sent before does not answer what came now; while the answer is made, there is none to repeat.
    void forget() {
        message = Bytes.EMPTY;
        repeatedReplies = 0;
    }

    void restore(Earlier earlier) {
        message = earlier.message();
        repeatedReplies = earlier.repeated();
        persistent = earlier.persistent();
        again = earlier.at().map(at -> run.context().timers().at(at, this::retransmitOrGiveUp));
    }

    /// Sends it again because what it answers has come again, or the peer has shown that it lacks it.
    void repeat() {
        run.context().tell(new Report.Retransmit(run.owner().subject(), false, repeatedReplies));
        run.history().repeated();
        if (!message.isEmpty() && repeatedReplies < MAX_REPEATED_REPLIES) {
            repeatedReplies++;
            run.owner().send(message);
        }
    }

    /// Sends what must be answered, again and again.
    void request(Bytes next) {
        send(next);
        persistent = true;
        schedule();
    }

    /// Sends what may be answered, once again.
    void prompt(Bytes next) {
        send(next);
        persistent = false;
        schedule();
    }

    /// Sends what needs no answer.
    void send(Bytes next) {
        message = next;
        times = 1;
        run.history().sent(next);
        run.owner().send(next);
    }

    /// Sends nothing again by itself.
    void stop() {
        again.ifPresent(TimerQueue.Timer::cancel);
        again = Optional.empty();
    }

    private void schedule() {
        again = Optional.of(
                run.context().after(run.context().jitter(retransmission.after(times - 1)), this::retransmitOrGiveUp));
    }

    private void retransmitOrGiveUp() {
        if (run.hopeless() || times > (persistent ? retransmission.tries() : 1)) {
            if (persistent) {
                run.giveUp();
            }
            return;
        }
        run.context().tell(new Report.Retransmit(run.owner().subject(), true, times));
        run.history().resent();
        run.owner().send(message);
        times++;
        schedule();
    }
}
