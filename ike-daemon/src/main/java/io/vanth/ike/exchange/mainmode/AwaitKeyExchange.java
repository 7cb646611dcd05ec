package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Payload;
import java.util.function.BooleanSupplier;

/// The initiator has sent its public value and waits for the responder's.
record AwaitKeyExchange(Negotiated negotiated, BooleanSupplier initialContact, KeyAgreement key, Bytes nonce)
        implements
            ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Clear(var message) ? agree(message) : Transition.stay("message 4 is in clear");
    }

    private Transition<PhaseOneResult> agree(IsakmpMessage message) {
        var violation = ExchangeScript.MAIN_MODE_4.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.ProtocolViolation(awaits(), violation.get()));
        }
        Bytes peerPublic = ExchangeScript.only(message.payloads(), Payload.KeyExchange.class).body();
        Bytes peerNonce = ExchangeScript.only(message.payloads(), Payload.Nonce.class).body();
        if (Negotiated.badNonce(peerNonce) || peerNonce.equals(nonce) || peerPublic.equals(key.publicValue())) {
            return Transition.suspect(
                    new Failure.ProtocolViolation(awaits(),
                            "its nonce has a forbidden length, or it is our own message"));
        }
        NatFindings nat = negotiated.natFindings(message.payloads());
        return Transition.next(new Agreeing(this, peerPublic, peerNonce, nat),
                new Action.Compute(new Computation.Agree(key, peerPublic)));
    }

    @Override
    public String awaits() {
        return "main mode message 4";
    }

    @Override
    public void close() {
        key.close();
    }
}
