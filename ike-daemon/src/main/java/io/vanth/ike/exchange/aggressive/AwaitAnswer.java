package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Endpoint;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Confirmation;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;

/// The initiator has sent its proposals, public value and identity, and waits for the responder's.
record AwaitAnswer(Connection connection, Endpoint own, Payload.Sa offer, KeyAgreement key, Bytes nonce,
        BooleanSupplier initialContact) implements ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Clear(var message, _)
                ? answered(message)
                : Transition.stay("message 2 is in clear");
    }

    private Transition<PhaseOneResult> answered(IsakmpMessage message) {
        ExchangeScript script = switch (connection.authentication()) {
            case Authentication.PreShared _ -> ExchangeScript.AGGRESSIVE_2;
            case Authentication.Signatures _ -> ExchangeScript.AGGRESSIVE_2_SIGNED;
        };
        var violation = script.violation(message.payloads());
        if (violation.isPresent()) {
            return suspect(violation.get());
        }
        return switch (PhaseOneOffer.confirm(offer, ExchangeScript.only(message.payloads(), Payload.Sa.class))) {
            case Confirmation.Different<PhaseOneOffer.Agreed>(var what) ->
                Transition.suspect(new Failure.SelectionNotOffered("phase 1", what));
            case Confirmation.Same<PhaseOneOffer.Agreed>(var agreed, var lifetime, var change) -> {
                var negotiated = Negotiated.asInitiator(connection, PhaseOneMode.AGGRESSIVE, own, offer, message,
                        agreed, lifetime);
                var actions = new ArrayList<Action>();
                change.ifPresent(text -> actions.add(new Action.Remark(text)));
                yield agree(negotiated, message, actions);
            }
        };
    }

    private Transition<PhaseOneResult> agree(Negotiated negotiated, IsakmpMessage message, ArrayList<Action> actions) {
        PeerShare share = PeerShare.of(message.payloads());
        if (share.nonce().equals(nonce) || share.publicValue().equals(key.publicValue())) {
            return suspect("it is our own message (reflected)");
        }
        if (!share.fits(negotiated.proposal().group().publicLength())) {
            return suspect("its nonce or its public value has a forbidden length");
        }
        actions.add(new Action.Compute(new Computation.Agree(key, share.publicValue())));
        return new Transition.Next<>(new Agreeing(this, negotiated, share, message.payloads()), actions);
    }

    private Transition<PhaseOneResult> suspect(String reason) {
        return Transition.suspect(new Failure.ProtocolViolation(awaits(), reason));
    }

    @Override
    public String awaits() {
        return "aggressive mode message 2";
    }

    @Override
    public String silenceHint() {
        return "the peer does not answer at all: it is down, a firewall drops UDP, it does not allow aggressive mode, or it"
                + " knows no connection for our address and identity " + connection.localId();
    }

    @Override
    public void close() {
        key.close();
    }
}
