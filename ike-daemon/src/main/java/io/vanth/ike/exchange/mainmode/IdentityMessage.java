package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Certificates;
import io.vanth.ike.exchange.phaseone.InitialContact;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.OwnMessage;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Message 5: the initiator says who it is.
record IdentityMessage(Negotiated negotiated, BooleanSupplier initialContact, KeyMaterial material, NatFindings nat)
        implements
            OwnMessage {
    @Override
    public Connection connection() {
        return negotiated.connection();
    }

    private Payload.Identification id() {
        return connection().localId().payload();
    }

    @Override
    public Bytes hash() {
        return material.hashI(negotiated, id().body());
    }

    /// Certificates are asked for here, where nobody else can read whom we trust.
    @Override
    public Transition<PhaseOneResult> send(List<Payload> proof) {
        var payloads = new ArrayList<Payload>(List.of(id()));
        payloads.addAll(proof);
        payloads.addAll(Certificates.requests(connection()));
        if (initialContact.getAsBoolean()) {
            payloads.add(InitialContact.payload(negotiated));
        }
        var sealed = material.cipher().seal(negotiated.header(IsakmpHeader.FLAG_ENCRYPTED), payloads);
        var actions = new ArrayList<Action>(Action.Notified.sent(payloads));
        if (nat.found()) {
            actions.add(new Action.FloatPort());
        }
        actions.add(new Action.Request(sealed.message()));
        return new Transition.Next<>(new AwaitAuthentication(negotiated, material.with(sealed.next()), nat), actions);
    }

    @Override
    public String name() {
        return "main mode message 5";
    }

    @Override
    public void close() {
        material.close();
    }
}
