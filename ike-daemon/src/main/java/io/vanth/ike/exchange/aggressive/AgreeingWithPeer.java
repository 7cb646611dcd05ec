package io.vanth.ike.exchange.aggressive;

import io.vanth.dataplane.Secret;
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
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.Opening;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.exchange.phaseone.Signing;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The responder makes its key and g^xy.
public record AgreeingWithPeer(Negotiated negotiated, Opening.Choice choice, PeerShare share,
        Payload.Identification peer, AnswerLimit limit)
        implements
            ExchangeState<PhaseOneResult> {
    private static final String MESSAGE_1 = "aggressive mode message 1";

    /// Takes message 1 for one of the `candidates`, the connections that the addresses allow. It says who the peer is, so
    /// that peers of any address may have keys of their own.
    public static Transition<PhaseOneResult> begin(List<Connection> candidates, Endpoint own, IsakmpMessage message) {
        var violation = ExchangeScript.AGGRESSIVE_1.violation(message.payloads());
        if (violation.isPresent()) {
            return Transition.fail(new Failure.ProtocolViolation(MESSAGE_1, violation.get()));
        }
        var peer = ExchangeScript.only(message.payloads(), Payload.Identification.class);
        Identity identity = Identity.of(peer);
        List<Connection> meant = candidates.stream().filter(each -> each.remoteId().matches(identity)).toList();
        if (meant.isEmpty()) {
            return Transition.fail(new Failure.IdentityMismatch(identity.toString(),
                    String.join(" or ", candidates.stream().map(each -> each.remoteId().toString()).toList())));
        }
        return new Opening(PhaseOneMode.AGGRESSIVE, meant, own, message).choose(ExchangeScript.AGGRESSIVE_1, MESSAGE_1,
                (negotiated, choice) -> agree(negotiated, choice, PeerShare.of(message.payloads()), peer,
                        AnswerLimit.of(message)));
    }

    private static Transition<PhaseOneResult> agree(Negotiated negotiated, Opening.Choice choice, PeerShare share,
            Payload.Identification peer, AnswerLimit limit) {
        var group = negotiated.proposal().group();
        return share.fits(group.publicLength())
                ? Transition.next(new AgreeingWithPeer(negotiated, choice, share, peer, limit),
                        new Action.Compute(new Computation.GenerateAndAgree(group, share.publicValue())))
                : Transition.fail(new Failure.ProtocolViolation(MESSAGE_1,
                        "its nonce or its public value has a forbidden length"));
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Agreement(var key, var result))
                ? agreed(key, result)
                : Transition.stay("g^xy is being made");
    }

    private Transition<PhaseOneResult> agreed(KeyAgreement key, KeyAgreement.Result result) {
        try (key) {
            return switch (result) {
                case KeyAgreement.Refused(var reason) -> Transition.fail(new Failure.BadKeyExchange(reason));
                case KeyAgreement.Agreed(var shared) -> answer(key.publicValue(), shared);
            };
        }
    }

    private Transition<PhaseOneResult> answer(Bytes ownPublic, Secret shared) {
        var own = new PeerShare(ownPublic, negotiated.own().newNonce());
        var material = KeyMaterial.derive(negotiated, shared, share, own);
        return Signing.send(new SecondMessage(negotiated, choice, own, material, peer, limit));
    }

    @Override
    public String awaits() {
        return "the key agreement of aggressive mode";
    }
}
