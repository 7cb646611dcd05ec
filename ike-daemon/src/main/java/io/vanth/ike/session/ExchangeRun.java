package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Judging;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.wire.Bytes;
import java.util.List;
import java.util.Optional;

/// Runs one exchange: feeds its states, turns their actions into effects, sends requests again, and answers a message
/// that came again from store (RFC 2408 section 5.1).
final class ExchangeRun<R> {
    /// Proofs are refused at most so often: each may be a forgery, and the peer needs to be told once.
    private static final int MAX_REFUSALS = 3;
    /// No larger message is kept that came while another one was worked on: anybody can send it.
    static final int MAX_KEPT = 4096;

    private final EngineContext context;
    private final ExchangeOwner<R> owner;
    private final int patience;
    private final ExchangeRecord history = new ExchangeRecord();
    private final Transmission sent;
    private ExchangeState<R> state;
    private boolean over;
    private boolean computing;
    private int mistakes;
    private int refusals;
    private Fingerprint lastReceived = Fingerprint.NONE;
    private Optional<Waiting> left = Optional.empty();
    private Optional<Arrival> early = Optional.empty();
    private Optional<SaId> reserved = Optional.empty();
    private Optional<SaId> installed = Optional.empty();
    private Optional<Failure> suspicion = Optional.empty();
    private String hint = "";
    /// Where the peer was before the message that is being taken.
    private Optional<Path> before = Optional.empty();

    /// What was waited for before a message moved the exchange on, in case that it proves to be bad.
    private record Waiting(Fingerprint received, Transmission.Earlier sent, Optional<Path> path) {}

    /// A message that came while another one was worked on.
    private record Arrival(Bytes datagram, Input input) {}

    /// `patience` is how many messages may prove to be bad after work was done on them; then no more is taken.
    ExchangeRun(EngineContext context, ExchangeOwner<R> owner, Retransmission retransmission, int patience) {
        this.context = context;
        this.owner = owner;
        this.patience = patience;
        this.sent = new Transmission(this, retransmission);
    }

    EngineContext context() {
        return context;
    }

    ExchangeOwner<R> owner() {
        return owner;
    }

    ExchangeRecord history() {
        return history;
    }

    /// Begins with what the first state made of its input; `received` is the message that it came from, or empty.
    void begin(Transition<R> transition, Bytes received) {
        follow(transition, received);
    }

    /// Takes a message. One that came before is answered as before.
    void receive(Bytes datagram, Input input) {
        if (accepted(datagram)) {
            sent.repeat();
        } else if (sent.is(datagram)) {
            context.tell(new Report.Dropped(owner.subject(), "it is our own message (reflected)"));
        } else if (over) {
            context.tell(new Report.Dropped(owner.subject(), "the exchange is over, and it is no repetition"));
        } else if (mistakes >= patience) {
            context.tell(new Report.Dropped(owner.subject(), "too many bad messages came in its place"));
        } else {
            early = computing && datagram.length() <= MAX_KEPT
                    ? Optional.of(new Arrival(datagram, input))
                    : Optional.empty();
            take(datagram, input);
        }
    }

    /// Answers go to where the message came from; but when it does not move the exchange on, the peer is where it was.
    private void take(Bytes datagram, Input input) {
        Path known = owner.path();
        before = Optional.of(known);
        switch (input) {
            case Input.Clear(_, var from) -> owner.heardFrom(from);
            case Input.Encrypted(_, var from) -> owner.heardFrom(from);
            case Input.Computed _,Input.SpiReserved _,Input.InboundInstalled _ ->
                throw new IllegalArgumentException("no message: " + input);
        }
        follow(state.on(input), datagram);
        if (!accepted(datagram)) {
            owner.heardFrom(known);
        }
    }

    /// Whether the peer's proof is being worked on.
    boolean judging() {
        return computing && state instanceof Judging;
    }

    /// Sends the last message again, because the peer has shown that it did not get it or that its answer was lost.
    void remind() {
        if (!over) {
            sent.repeat();
        }
    }

    /// What a peer notified. It changes nothing here, but explains how the exchange ends.
    void heard(Circumstances.Said said) {
        history.heard(said);
        if (!said.authenticated()) {
            hint = "the peer says " + said.notification() + " (not authenticated)";
        }
    }

    /// How far it came.
    Circumstances.Progress progress() {
        return history.progress(state == null ? owner.subject().exchange() + " message 1" : state.awaits());
    }

    /// What is waited for, until it is over.
    Optional<EngineStatus.Waiting> waiting() {
        return over || state == null
                ? Optional.empty()
                : Optional.of(new EngineStatus.Waiting(state.awaits(), progress().resent(), hint()));
    }

    /// What it means when nothing comes any more.
    private String hint() {
        return hint.isEmpty() ? state.silenceHint() : hint;
    }

    /// What NAT discovery found so far.
    NatFindings nat() {
        return state == null ? NatFindings.NONE : state.nat();
    }

    /// Whether a message moved the exchange on.
    boolean accepted(Bytes datagram) {
        return lastReceived.equals(Fingerprint.of(datagram));
    }

    /// The inbound SA that it is about, while it is under way.
    Optional<SaId> inbound() {
        return reserved.or(() -> installed);
    }

    /// The inbound SA of an exchange that was not done, which the peer may have an outbound one for.
    Optional<SaId> installed() {
        return installed;
    }

    boolean over() {
        return over;
    }

    /// Ends the exchange without telling the owner.
    void abandon() {
        if (!over) {
            end();
            if (state != null) {
                state.close();
            }
            reserved.ifPresent(id -> context.perform(new Effect.ReleaseSpi(id)));
            installed.ifPresent(id -> context.perform(new Effect.RemoveSa(id)));
        }
    }

    /// Ends the exchange as failed.
    void fail(Failure failure, Optional<Integer> answer) {
        if (!over) {
            abandon();
            owner.failed(failure, answer);
        }
    }

    /// Whether asking again does not help.
    boolean hopeless() {
        return suspicion.map(ExchangeRun::conclusive).orElse(false);
    }

    /// Ends the exchange because nothing came any more.
    void giveUp() {
        fail(suspicion.orElseGet(() -> new Failure.NoAnswer(state.awaits(), sent.times(), hint())),
                Optional.empty());
    }

    private void end() {
        over = true;
        sent.stop();
    }

    private void follow(Transition<R> transition, Bytes received) {
        switch (transition) {
            case Transition.Stay<R>(var reason) -> context.tell(new Report.Dropped(owner.subject(), reason));
            case Transition.Suspect<R>(var failure, var answer) -> {
                suspects(failure, answer);
            }
            case Transition.Back<R>(var waiting, var failure, var answer) -> {
                state = waiting;
                mistakes++;
                suspects(failure, answer);
                waitAgain();
                // What came meanwhile may be the right one.
                early.ifPresent(arrival -> receive(arrival.datagram(), arrival.input()));
            }
            case Transition.Fail<R>(var failure, var answer) -> fail(failure, answer);
            case Transition.Refuse<R>(var type, var message, var then) -> {
                refuse(type, message);
                follow(then, received);
            }
            case Transition.Next<R>(var next, var actions) -> {
                moveOn(received);
                state = next;
                perform(actions);
            }
            case Transition.Done<R>(var result, var actions) -> {
                moveOn(received);
                installed = Optional.empty();
                perform(actions);
                end();
                owner.done(result);
            }
        }
    }

    private void refuse(int type, Bytes message) {
        if (refusals < MAX_REFUSALS) {
            refusals++;
            owner.send(message);
            context.tell(new Report.Notify(owner.subject(), true, NotifyType.nameOf(type), true, ""));
        }
    }

    private void suspects(Failure failure, Optional<Integer> answer) {
        if (failure instanceof Failure.PeerRefused(_, var notification, _)) {
            context.tell(new Report.Notify(owner.subject(), false, notification, true, ""));
        }
        suspicion = suspicion.filter(ExchangeRun::conclusive).or(() -> Optional.of(failure));
        owner.suspects(failure, answer);
    }

    private void moveOn(Bytes received) {
        if (!received.isEmpty()) {
            left = lastReceived.equals(Fingerprint.NONE) && sent.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Waiting(lastReceived, sent.earlier(), before));
            lastReceived = Fingerprint.of(received);
            sent.forget();
        }
        sent.stop();
    }

    private void waitAgain() {
        Waiting waiting = left.orElseThrow();
        lastReceived = waiting.received();
        waiting.path().ifPresent(owner::heardFrom);
        sent.restore(waiting.sent());
    }

    private void perform(List<Action> actions) {
        for (Action action : actions) {
            switch (action) {
                case Action.Request(var message) -> sent.request(message);
                case Action.Reply(var message) -> sent.send(message);
                case Action.Prompt(var message) -> sent.prompt(message);
                case Action.Remark(var text) -> {
                    history.remarked(text);
                    context.tell(new Report.Note(owner.subject(), text));
                }
                case Action.Notified(var sentByUs, var type, var authenticated) -> context.tell(new Report.Notify(
                        owner.subject(), sentByUs, NotifyType.nameOf(type), authenticated, ""));
                case Action.Compute(var computation) -> {
                    computing = true;
                    context.ask(ticket -> new Effect.Compute(ticket, computation),
                            event -> computed(computation, event));
                }
                case Action.ReserveSpi() -> context.ask(ticket -> new Effect.AllocateSpi(ticket, SecurityProtocol.ESP,
                        owner.path().local().getAddress()), this::spiAllocated);
                case Action.InstallInbound(var association) -> {
                    reserved = Optional.empty();
                    context.ask(ticket -> new Effect.InstallSa(ticket, association),
                            event -> inboundInstalled(association.id(), event));
                }
                case Action.FloatPort() -> owner.floatPort();
            }
        }
    }

    /// What comes of how the two ends are configured, so that asking again does not mend it. Until it would be asked again,
    /// a better answer may come: what was judged may be a forgery, what was refused a forgery in our name.
    private static boolean conclusive(Failure failure) {
        return failure instanceof Failure.PeerRefused || failure instanceof Failure.IdentityMismatch
                || failure instanceof Failure.AuthenticationRefused;
    }

    /// Until here the computation owned its key: another thread may have used it.
    private void computed(Computation computation, Event event) {
        var result = ((Event.Computed) event).result();
        computing = false;
        if (over || result instanceof Computation.Impossible) {
            computation.abandon();
        }
        if (over) {
            result.discard();
        } else if (result instanceof Computation.Impossible(var reason)) {
            fail(new Failure.ComputationImpossible(reason), Optional.empty());
        } else {
            follow(state.on(new Input.Computed(result)), Bytes.EMPTY);
        }
        if (!computing) {
            early = Optional.empty();
            owner.rests();
        }
    }

    private void spiAllocated(Event event) {
        switch (event) {
            case Event.SpiAllocated(_, var spi) when over -> context.perform(new Effect.ReleaseSpi(own(spi)));
            case Event.SpiAllocated(_, var spi) -> {
                reserved = Optional.of(own(spi));
                follow(state.on(new Input.SpiReserved(spi)), Bytes.EMPTY);
            }
            case Event other -> refused(other);
        }
    }

    private SaId own(Spi spi) {
        return new SaId(SecurityProtocol.ESP, owner.path().local().getAddress(), spi);
    }

    private void inboundInstalled(SaId id, Event event) {
        switch (event) {
            case Event.SaInstalled _ when over -> context.perform(new Effect.RemoveSa(id));
            case Event.SaInstalled _ -> {
                installed = Optional.of(id);
                follow(state.on(new Input.InboundInstalled()), Bytes.EMPTY);
            }
            case Event other -> {
                // Nothing has changed in the data plane, so the SPI is still reserved.
                context.perform(new Effect.ReleaseSpi(id));
                refused(other);
            }
        }
    }

    private void refused(Event event) {
        var failure = new Failure.DataPlaneRefusal(((Event.DataPlaneRefused) event).reason());
        fail(failure, NotifyType.of(failure));
    }
}
