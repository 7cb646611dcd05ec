package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.policy.Confirmation;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The initiator has sent its proposals and waits for the responder's choice.
public record AwaitSelection(Connection connection, Cookie initiator, Path path, Payload.Sa offer,
        BooleanSupplier initialContact, SecureRandom random) implements ExchangeState<PhaseOneResult> {
    /// Sends message 1. `initialContact` is asked when message 5 is written: the peer may have begun another phase 1 by then.
    public static Transition<PhaseOneResult> begin(Connection connection, Cookie initiator, Path path,
            BooleanSupplier initialContact, SecureRandom random) {
        var offer = PhaseOneOffer.offer(connection.proposals(), connection.authentication().methods(),
                connection.lifetime());
        var payloads = new ArrayList<Payload>(List.of(offer));
        payloads.addAll(VendorIds.offered(connection));
        var header = IsakmpHeader.of(initiator, Cookie.NONE, ExchangeType.MAIN_MODE.code(), 0, 0);
        return Transition.next(new AwaitSelection(connection, initiator, path, offer, initialContact, random),
                new Action.Request(MessageWriter.write(header, payloads)));
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Clear(var message) ? selected(message) : Transition.stay("message 2 is in clear");
    }

    private Transition<PhaseOneResult> selected(IsakmpMessage message) {
        var violation = ExchangeScript.MAIN_MODE_2.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.ProtocolViolation(awaits(), violation.get()));
        }
        return switch (PhaseOneOffer.confirm(offer, ExchangeScript.only(message.payloads(), Payload.Sa.class))) {
            case Confirmation.Different<PhaseOneOffer.Agreed>(var what) ->
                Transition.suspect(new Failure.SelectionNotOffered("phase 1", what));
            case Confirmation.Same<PhaseOneOffer.Agreed>(var agreed, var lifetime, _) -> {
                var negotiated = new Negotiated(connection, initiator, message.header().responder(), path,
                        agreed.proposal(),
                        lifetime.filter(theirs -> theirs.compareTo(connection.lifetime()) < 0)
                                .orElse(connection.lifetime()),
                        offer.body(), VendorIds.natTraversal(connection, message.payloads()),
                        VendorIds.deadPeerDetection(message.payloads()), random);
                yield Transition.next(new GeneratingKey(negotiated, initialContact),
                        new Action.Compute(new Computation.GenerateKey(agreed.proposal().group())));
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
