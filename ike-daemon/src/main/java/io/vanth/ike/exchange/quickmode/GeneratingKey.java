package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Transition;
import java.util.Optional;

/// The initiator makes its ephemeral key for perfect forward secrecy.
record GeneratingKey(Context context, ExchangeCipher cipher, Spi spi) implements ExchangeState<NegotiatedChild> {
    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.Computed(Computation.Generated(var key))
                ? AwaitResponse.request(context, cipher, spi, Optional.of(key))
                : Transition.stay("the own key is being made");
    }

    @Override
    public String awaits() {
        return "the own key of quick mode";
    }
}
