package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.InitialContact;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerMessage;
import io.vanth.ike.exchange.phaseone.Refusal;
import io.vanth.ike.exchange.phaseone.ResponderLifetime;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Optional;

/// Message 6: the responder says who it is. `next` is the cipher behind it.
record ResponderProof(AwaitAuthentication before, List<Payload> payloads, ExchangeCipher next) implements PeerMessage {
    @Override
    public Connection connection() {
        return negotiated().connection();
    }

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
        return before.material().hashR(negotiated(), id().body());
    }

    @Override
    public KeyMaterial material() {
        return before.material().with(next);
    }

    @Override
    public Transition<PhaseOneResult> accept() {
        if (!connection().remoteId().matches(identity())) {
            var failure = new Failure.IdentityMismatch(identity().toString(), connection().remoteId().toString());
            return Refusal.refuse(failure, negotiated(), material(), new Transition.Fail<>(failure, Optional.empty()));
        }
        return Transition.done(negotiated().shortened(ResponderLifetime.in(payloads)).result(Report.Role.INITIATOR,
                before.material(), next.iv(), identity(),
                before.nat(), InitialContact.in(payloads)));
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
