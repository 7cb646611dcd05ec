package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Secret;
import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.wire.Bytes;
import java.time.Duration;
import java.util.Optional;

/// The initiator makes g(qm)^xy.
record Agreeing(Context context, ExchangeCipher cipher, Spi spi, Bytes nonce, Bytes peerNonce,
        PhaseTwoOffer.Confirmed confirmed, Duration lifetime) implements ExchangeState<NegotiatedChild> {
    @Override
    public Transition<NegotiatedChild> on(Input input) {
        return input instanceof Input.Computed(Computation.Agreement(var key, var result))
                ? agreed(key, result)
                : Transition.stay("g^xy is being made");
    }

    private Transition<NegotiatedChild> agreed(KeyAgreement key, KeyAgreement.Result result) {
        try (key) {
            return switch (result) {
                case KeyAgreement.Refused(var reason) -> Transition.fail(new Failure.BadKeyExchange(reason));
                case KeyAgreement.Agreed(var shared) -> install(Optional.of(shared));
            };
        }
    }

    /// Derives the keys, closing `shared`, and has the inbound SA installed: the peer may use it from message 3 on.
    Transition<NegotiatedChild> install(Optional<Secret> shared) {
        SaPair pair = SaPair.derive(context, Report.Role.INITIATOR, confirmed.proposal(), lifetime, spi,
                confirmed.peerSpi(), shared, nonce, peerNonce);
        shared.ifPresent(Secret::close);
        return Transition.next(new InstallingInbound(context, cipher, nonce, peerNonce, pair),
                new Action.InstallInbound(pair.inbound()));
    }

    @Override
    public String awaits() {
        return "the key agreement of quick mode";
    }
}
