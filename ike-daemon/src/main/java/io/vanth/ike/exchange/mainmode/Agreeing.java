package io.vanth.ike.exchange.mainmode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.exchange.phaseone.Signing;

/// The initiator makes g^xy.
record Agreeing(AwaitKeyExchange before, PeerShare share, NatFindings nat) implements ExchangeState<PhaseOneResult> {
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
        var own = new PeerShare(before.key().publicValue(), before.nonce());
        var material = KeyMaterial.derive(before.negotiated(), shared, own, share);
        before.close();
        return Signing.send(new IdentityMessage(before.negotiated(), before.initialContact(), material, nat));
    }

    @Override
    public String awaits() {
        return "the key agreement of main mode";
    }
}
