package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.OwnMessage;
import io.vanth.ike.exchange.phaseone.ResponderLifetime;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;

/// Message 6: the responder has believed the initiator and says who it is itself.
record Welcome(Negotiated negotiated, KeyMaterial material, NatFindings nat, Identity remote, boolean initialContact)
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
        return material.hashR(negotiated, id().body());
    }

    @Override
    public Transition<PhaseOneResult> send(List<Payload> proof) {
        var payloads = new ArrayList<Payload>(List.of(id()));
        payloads.addAll(proof);
        ResponderLifetime.of(negotiated).ifPresent(payloads::add);
        var sealed = material.cipher().seal(negotiated.header(IsakmpHeader.FLAG_ENCRYPTED), payloads);
        return Transition.done(negotiated.result(Report.Role.RESPONDER, material, sealed.next().iv(), remote, nat,
                initialContact), new Action.Reply(sealed.message())).after(Action.Notified.sent(payloads));
    }

    @Override
    public String name() {
        return "main mode message 6";
    }

    @Override
    public void close() {
        material.close();
    }
}
