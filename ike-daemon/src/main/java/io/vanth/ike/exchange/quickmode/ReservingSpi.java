package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Transition;
import java.util.Optional;

/// The initiator waits for the SPI of its inbound SA.
public record ReservingSpi(Context context, ExchangeCipher cipher) implements ExchangeState<NegotiatedChild> {
    /// Begins the exchange.
    public static Transition<NegotiatedChild> begin(Context context, ExchangeCipher cipher) {
        return Transition.next(new ReservingSpi(context, cipher), new Action.ReserveSpi());
    }

    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.SpiReserved(var spi) ? reserved(spi) : Transition.stay("no SPI is reserved yet");
    }

    private Transition<NegotiatedChild> reserved(Spi spi) {
        Optional<DhGroup> group = context.tunnel().proposals().getFirst().group();
        return group
                .map(each -> Transition.next(new GeneratingKey(context, cipher, spi),
                        new Action.Compute(new Computation.GenerateKey(each))))
                .orElseGet(() -> AwaitResponse.request(context, cipher, spi, Optional.empty()));
    }

    @Override
    public String awaits() {
        return "an SPI for quick mode";
    }
}
