package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Endpoint;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.Opening;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;

/// The responder has chosen and waits for the initiator's public value.
public record AwaitPeerKey(Negotiated negotiated, List<Connection> candidates)
        implements
            ExchangeState<PhaseOneResult> {
    public AwaitPeerKey {
        candidates = List.copyOf(candidates);
    }

    /// Answers message 1 for one of the `candidates`, the connections that the addresses allow.
    public static Transition<PhaseOneResult> begin(List<Connection> candidates, Endpoint own, IsakmpMessage message) {
        return new Opening(PhaseOneMode.MAIN, candidates, own, message).choose(ExchangeScript.MAIN_MODE_1,
                "main mode message 1", AwaitPeerKey::answer);
    }

    private static Transition<PhaseOneResult> answer(Negotiated negotiated, Opening.Choice choice) {
        var payloads = new ArrayList<Payload>(List.of(choice.answer()));
        payloads.addAll(choice.vendorIds());
        return Transition.next(new AwaitPeerKey(negotiated, choice.candidates()),
                new Action.Reply(MessageWriter.write(negotiated.header(0), payloads)));
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Clear(var message, _) ? agree(message) : Transition.stay("message 3 is in clear");
    }

    private Transition<PhaseOneResult> agree(IsakmpMessage message) {
        var violation = ExchangeScript.MAIN_MODE_3.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.ProtocolViolation(awaits(), violation.get()));
        }
        PeerShare share = PeerShare.of(message.payloads());
        var group = negotiated.proposal().group();
        if (!share.fits(group.publicLength())) {
            return Transition.suspect(
                    new Failure.ProtocolViolation(awaits(), "its nonce or its public value has a forbidden length"));
        }
        NatFindings nat = negotiated.natFindings(negotiated.own().path(), message.payloads());
        return Transition.next(new AgreeingWithPeer(this, share, nat),
                new Action.Compute(new Computation.GenerateAndAgree(group, share.publicValue())));
    }

    @Override
    public String awaits() {
        return "main mode message 3";
    }
}
