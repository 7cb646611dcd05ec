package io.vanth.ike.exchange.aggressive;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Judging;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The initiator makes g^xy from what `payloads` hold, message 2.
record Agreeing(AwaitAnswer before, Negotiated negotiated, PeerShare share, List<Payload> payloads)
        implements
            ExchangeState<PhaseOneResult> {
    Agreeing {
        payloads = List.copyOf(payloads);
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Agreement(_, var result))
                ? agreed(result)
                : Transition.stay("g^xy is being made");
    }

    private Transition<PhaseOneResult> agreed(KeyAgreement.Result result) {
        return switch (result) {
            case KeyAgreement.Refused(var reason) -> Transition.back(before, new Failure.BadKeyExchange(reason));
            case KeyAgreement.Agreed(var shared) -> judge(shared);
        };
    }

    private Transition<PhaseOneResult> judge(Secret shared) {
        var own = new PeerShare(before.key().publicValue(), before.nonce());
        var material = KeyMaterial.derive(negotiated, shared, own, share);
        return Judging.judge(new ResponderProof(before, negotiated, material, payloads));
    }

    @Override
    public String awaits() {
        return "the key agreement of aggressive mode";
    }
}
