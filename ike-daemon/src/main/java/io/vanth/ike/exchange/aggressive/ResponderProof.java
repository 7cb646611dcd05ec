package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerMessage;
import io.vanth.ike.exchange.phaseone.Signing;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// Message 2: the responder says who it is.
record ResponderProof(AwaitAnswer before, Negotiated negotiated, KeyMaterial material, List<Payload> payloads)
        implements
            PeerMessage {
    @Override
    public Connection connection() {
        return before.connection();
    }

    private Payload.Identification id() {
        return ExchangeScript.only(payloads, Payload.Identification.class);
    }

    @Override
    public Identity identity() {
        return Identity.of(id());
    }

    @Override
    public boolean encrypted() {
        return false;
    }

    @Override
    public Bytes expected() {
        return material.hashR(negotiated, id().body());
    }

    /// Who proves to be somebody else has the key, or a certificate that we believe, but is not the only one that may
    /// answer.
    @Override
    public Transition<PhaseOneResult> accept() {
        if (!connection().remoteId().matches(identity())) {
            return refuse(new Failure.IdentityMismatch(identity().toString(), connection().remoteId().toString()));
        }
        before.close();
        NatFindings nat = negotiated.natFindings(negotiated.own().path(), payloads);
        return Signing.send(new ThirdMessage(negotiated, material, nat, identity(), before.initialContact()));
    }

    /// The keys depend on the pre-shared key, and nothing else can make the hash wrong by accident.
    @Override
    public Transition<PhaseOneResult> doubt() {
        material.close();
        return Transition.back(before, new Failure.PreSharedKeyMismatch("the hash in %s is wrong".formatted(name())));
    }

    @Override
    public Transition<PhaseOneResult> refuse(Failure failure) {
        try (material) {
            return PeerMessage.super.refuse(failure);
        }
    }

    @Override
    public String name() {
        return before.awaits();
    }

    @Override
    public void close() {
        material.close();
        before.close();
    }
}
