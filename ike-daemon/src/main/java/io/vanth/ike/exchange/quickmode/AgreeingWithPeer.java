package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Secret;
import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.wire.Bytes;
import java.util.Optional;

/// The responder makes its key and g(qm)^xy.
record AgreeingWithPeer(ReservingSpiForPeer request, Spi spi, Bytes nonce) implements ExchangeState<NegotiatedChild> {
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
                case KeyAgreement.Agreed(var shared) -> install(Optional.of(key.publicValue()), Optional.of(shared));
            };
        }
    }

    /// Derives the keys, closing `shared`, and has the inbound SA installed: the peer may use it from message 2 on.
    Transition<NegotiatedChild> install(Optional<Bytes> ownPublic, Optional<Secret> shared) {
        var selection = request.selection();
        SaPair pair = SaPair.derive(request.context(), Report.Role.RESPONDER, selection.proposal(), request.lifetime(),
                spi, selection.peerSpi(), shared, request.peerNonce(), nonce);
        shared.ifPresent(Secret::close);
        return Transition.next(new InstallingForPeer(request, spi, nonce, ownPublic, pair),
                new Action.InstallInbound(pair.inbound()));
    }

    @Override
    public String awaits() {
        return "the key agreement of quick mode";
    }
}
