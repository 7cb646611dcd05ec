package io.vanth.ike.exchange;

/// One state of one side of an exchange: a record of exactly what it knows. `R` is what the exchange is for.
public interface ExchangeState<R> extends AutoCloseable {
    /// What follows from an input. An input that does not belong here is dropped, see [Transition.Stay].
    Transition<R> on(Input input);

    /// What is awaited, for people: `message 2 of main mode`.
    String awaits();

    /// What silence at this point usually means; may be empty.
    default String silenceHint() {
        return "";
    }

    /// What NAT discovery found so far.
    default NatFindings nat() {
        return NatFindings.NONE;
    }

    /// Wipes the secrets that this state holds. Not called when the exchange moves on: they move with it.
    @Override
    default void close() {}
}
