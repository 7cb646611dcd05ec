package io.vanth.ike.exchange;

import io.vanth.ike.wire.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a state makes of an input. `R` is what the exchange is for.
public sealed interface Transition<R> {
    /// Nothing: the input is dropped for `reason`, and the exchange waits on.
    record Stay<R>(String reason) implements Transition<R> {}

    /// The input is dropped and the exchange waits on, but the operator learns of `failure` and the peer, where `answer`
    /// is present, of the notify.
    record Suspect<R>(Failure failure, Optional<Integer> answer) implements Transition<R> {}

    /// Back to `state`, which was left for a message that proves to be bad: it may be a forgery, so what waited then waits
    /// on, as with [Suspect].
    record Back<R>(ExchangeState<R> state, Failure failure, Optional<Integer> answer) implements Transition<R> {}

    /// The same after `first`, if the input is taken.
    default Transition<R> after(List<? extends Action> first) {
        return switch (this) {
            case Next<R>(var state, var actions) -> new Next<>(state, joined(first, actions));
            case Done<R>(var result, var actions) -> new Done<>(result, joined(first, actions));
            case Stay<R> _,Suspect<R> _,Back<R> _,Fail<R> _,Refuse<R> _ -> this;
        };
    }

    private static List<Action> joined(List<? extends Action> first, List<Action> then) {
        return Stream.<Action>concat(first.stream(), then.stream()).toList();
    }

    /// On to `state`, after `actions`.
    record Next<R>(ExchangeState<R> state, List<Action> actions) implements Transition<R> {
        public Next {
            actions = List.copyOf(actions);
        }
    }

    /// Done, after `actions`.
    record Done<R>(R result, List<Action> actions) implements Transition<R> {
        public Done {
            actions = List.copyOf(actions);
        }
    }

    /// Over; the peer is told `answer` where it is present.
    record Fail<R>(Failure failure, Optional<Integer> answer) implements Transition<R> {}

    /// The peer is told `type` by `message`, which is already protected; what follows, `then`, tells it no more.
    record Refuse<R>(int type, Bytes message, Transition<R> then) implements Transition<R> {}

    /// On to `state`, after `actions`.
    static <R> Transition<R> next(ExchangeState<R> state, Action... actions) {
        return new Next<>(state, List.of(actions));
    }

    /// Done, after `actions`.
    static <R> Transition<R> done(R result, Action... actions) {
        return new Done<>(result, List.of(actions));
    }

    /// Dropped.
    static <R> Transition<R> stay(String reason) {
        return new Stay<>(reason);
    }

    /// Over, and the peer is told what [NotifyType#of(Failure)] says.
    static <R> Transition<R> fail(Failure failure) {
        return new Fail<>(failure, NotifyType.of(failure));
    }

    /// Back to where a bad message came; see [Back].
    static <R> Transition<R> back(ExchangeState<R> state, Failure failure) {
        return new Back<>(state, failure, NotifyType.of(failure));
    }

    /// Not over, but suspicious; see [Suspect].
    static <R> Transition<R> suspect(Failure failure) {
        return new Suspect<>(failure, NotifyType.of(failure));
    }
}
