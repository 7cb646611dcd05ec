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
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpMessage;
import java.util.function.BooleanSupplier;

/// The initiator has sent its public value and waits for the responder's.
record AwaitKeyExchange(Negotiated negotiated, BooleanSupplier initialContact, KeyAgreement key, Bytes nonce)
        implements
            ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Clear(var message, _) ? agree(message) : Transition.stay("message 4 is in clear");
    }

    private Transition<PhaseOneResult> agree(IsakmpMessage message) {
        var violation = ExchangeScript.MAIN_MODE_4.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.ProtocolViolation(awaits(), violation.get()));
        }
        PeerShare share = PeerShare.of(message.payloads());
        boolean reflected = share.nonce().equals(nonce) || share.publicValue().equals(key.publicValue());
        if (reflected || !share.fits(negotiated.proposal().group().publicLength())) {
            return Transition.suspect(new Failure.ProtocolViolation(awaits(),
                    reflected
                            ? "it is our own message (reflected)"
                            : "its nonce or its public value has a forbidden length"));
        }
        NatFindings nat = negotiated.natFindings(negotiated.own().path(), message.payloads());
        return Transition.next(new Agreeing(this, share, nat),
                new Action.Compute(new Computation.Agree(key, share.publicValue())));
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
