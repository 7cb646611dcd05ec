package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.InitialContact;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerMessage;
import io.vanth.ike.exchange.phaseone.Signing;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// Message 5: the initiator says who it is. `next` is the cipher behind it.
record InitiatorProof(AwaitIdentity before, Connection connection, List<Payload> payloads, ExchangeCipher next)
        implements
            PeerMessage {
    @Override
    public Negotiated negotiated() {
        return before.negotiated();
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
        return true;
    }

    @Override
    public Bytes expected() {
        return before.material().hashI(negotiated(), id().body());
    }

    @Override
    public KeyMaterial material() {
        return before.material().with(next);
    }

    @Override
    public Transition<PhaseOneResult> accept() {
        return before.candidate(identity())
                .map(meant -> Signing.send(new Welcome(negotiated().with(meant), material(), before.nat(), identity(),
                        InitialContact.in(payloads))))
                .orElseGet(() -> before.refuse(identity(), next, true));
    }

    @Override
    public Transition<PhaseOneResult> doubt() {
        return Transition.suspect(new Failure.HashMismatch(name()));
    }

    @Override
    public String name() {
        return before.awaits();
    }

    @Override
    public void close() {
        before.close();
    }
}
