package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.exchange.phaseone.Endpoint;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.policy.Confirmation;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The initiator has sent its proposals and waits for the responder's choice.
public record AwaitSelection(Connection connection, Endpoint own, Payload.Sa offer, BooleanSupplier initialContact)
        implements
            ExchangeState<PhaseOneResult> {
    /// Sends message 1. `initialContact` is asked when message 5 is written: the peer may have begun another phase 1 by then.
    public static Transition<PhaseOneResult> begin(Connection connection, Endpoint own,
            BooleanSupplier initialContact) {
        var offer = PhaseOneOffer.offer(connection.proposals(), connection.authentication().methods(),
                connection.lifetime());
        var payloads = new ArrayList<Payload>(List.of(offer));
        payloads.addAll(VendorIds.offered(connection));
        var header = IsakmpHeader.of(own.cookie(), Cookie.NONE, ExchangeType.MAIN_MODE.code(), 0, 0);
        return Transition.next(new AwaitSelection(connection, own, offer, initialContact),
                new Action.Request(MessageWriter.write(header, payloads)));
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Clear(var message, _)
                ? selected(message)
                : Transition.stay("message 2 is in clear");
    }

    private Transition<PhaseOneResult> selected(IsakmpMessage message) {
        var violation = ExchangeScript.MAIN_MODE_2.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.ProtocolViolation(awaits(), violation.get()));
        }
        return switch (PhaseOneOffer.confirm(offer, ExchangeScript.only(message.payloads(), Payload.Sa.class))) {
            case Confirmation.Different<PhaseOneOffer.Agreed>(var what) ->
                Transition.suspect(new Failure.SelectionNotOffered("phase 1", what));
            case Confirmation.Same<PhaseOneOffer.Agreed>(var agreed, var lifetime, var change) -> {
                var negotiated = Negotiated.asInitiator(connection, PhaseOneMode.MAIN, own, offer, message,
                        agreed, lifetime);
                var actions = new ArrayList<Action>();
                change.ifPresent(text -> actions.add(new Action.Remark(text)));
                actions.add(new Action.Compute(new Computation.GenerateKey(agreed.proposal().group())));
                yield new Transition.Next<>(new GeneratingKey(negotiated, initialContact), actions);
            }
        };
    }

    @Override
    public String awaits() {
        return "main mode message 2";
    }

    @Override
    public String silenceHint() {
        return "the peer does not answer at all: it is down, a firewall drops UDP, or it knows no connection for our address";
    }
}
