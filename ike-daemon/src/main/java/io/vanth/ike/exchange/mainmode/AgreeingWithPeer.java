package io.vanth.ike.exchange.mainmode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Certificates;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The responder makes its key and g^xy.
record AgreeingWithPeer(AwaitPeerKey before, PeerShare share, NatFindings nat)
        implements
            ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Agreement(var key, var result))
                ? agreed(key, result)
                : Transition.stay("g^xy is being made");
    }

    private Transition<PhaseOneResult> agreed(KeyAgreement key, KeyAgreement.Result result) {
        try (key) {
            return switch (result) {
                case KeyAgreement.Refused(var reason) -> Transition.back(before, new Failure.BadKeyExchange(reason));
                case KeyAgreement.Agreed(var shared) -> answer(key.publicValue(), shared);
            };
        }
    }

    private Transition<PhaseOneResult> answer(Bytes ownPublic, Secret shared) {
        Negotiated negotiated = before.negotiated();
        var own = new PeerShare(ownPublic, negotiated.own().newNonce());
        var material = KeyMaterial.derive(negotiated, shared, share, own);
        var payloads = new ArrayList<Payload>(
                List.of(new Payload.KeyExchange(ownPublic), new Payload.Nonce(own.nonce())));
        payloads.addAll(requests());
        if (nat.supported()) {
            payloads.addAll(negotiated.natPayloads(negotiated.own().path()));
        }
        return Transition.next(new AwaitIdentity(negotiated, before.candidates(), material, nat),
                new Action.Reply(MessageWriter.write(negotiated.header(0), payloads)));
    }

    /// For all that may be meant: who the peer is comes with its certificate.
    private Set<Payload> requests() {
        var requests = new LinkedHashSet<Payload>();
        before.candidates().forEach(each -> requests.addAll(Certificates.requests(each)));
        return requests;
    }

    @Override
    public String awaits() {
        return "the key agreement of main mode";
    }
}
