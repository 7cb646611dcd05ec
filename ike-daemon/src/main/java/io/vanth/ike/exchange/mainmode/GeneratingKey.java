package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The initiator makes its ephemeral key.
record GeneratingKey(Negotiated negotiated, BooleanSupplier initialContact) implements ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Generated(var key))
                ? sendKeyExchange(key)
                : Transition.stay("the own key is being made");
    }

    private Transition<PhaseOneResult> sendKeyExchange(KeyAgreement key) {
        Bytes nonce = negotiated.own().newNonce();
        var payloads = new ArrayList<Payload>(
                List.of(new Payload.KeyExchange(key.publicValue()), new Payload.Nonce(nonce)));
        payloads.addAll(negotiated.natPayloads(negotiated.own().path()));
        return Transition.next(new AwaitKeyExchange(negotiated, initialContact, key, nonce),
                new Action.Request(MessageWriter.write(negotiated.header(0), payloads)));
    }

    @Override
    public String awaits() {
        return "the own key of main mode";
    }
}
