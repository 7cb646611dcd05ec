package io.vanth.ike.exchange.mainmode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;

/// The initiator makes g^xy.
record Agreeing(AwaitKeyExchange before, Bytes peerPublic, Bytes peerNonce, NatFindings nat)
        implements
            ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Agreement(_, var result))
                ? agreed(result)
                : Transition.stay("g^xy is being made");
    }

    private Transition<PhaseOneResult> agreed(KeyAgreement.Result result) {
        return switch (result) {
            case KeyAgreement.Refused(var reason) -> Transition.back(before, new Failure.BadKeyExchange(reason));
            case KeyAgreement.Agreed(var shared) -> authenticate(shared);
        };
    }

    private Transition<PhaseOneResult> authenticate(Secret shared) {
        Negotiated negotiated = before.negotiated();
        Bytes ownPublic = before.key().publicValue();
        var material = KeyMaterial.derive(negotiated, shared, ownPublic, peerPublic, before.nonce(), peerNonce);
        before.close();
        Payload.Identification id = negotiated.connection().localId().payload();
        Bytes hash = Authenticator.hashI(material.keys(), ownPublic, peerPublic, negotiated.initiator(),
                negotiated.responder(), negotiated.saBody(), id.body());
        var payloads = new ArrayList<Payload>(List.of(id, new Payload.Hash(hash)));
        if (before.initialContact().getAsBoolean()) {
            payloads.add(Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP,
                    Bytes.concat(negotiated.initiator().bytes(), negotiated.responder().bytes()),
                    NotifyType.INITIAL_CONTACT.code(), Bytes.EMPTY));
        }
        var sealed = material.cipher().seal(negotiated.header(IsakmpHeader.FLAG_ENCRYPTED), payloads);
        var actions = new ArrayList<Action>();
        if (nat.found()) {
            actions.add(new Action.FloatPort());
        }
        actions.add(new Action.Request(sealed.message()));
        return new Transition.Next<>(new AwaitAuthentication(negotiated, material.with(sealed.next()), nat), actions);
    }

    @Override
    public String awaits() {
        return "the key agreement of main mode";
    }

}
