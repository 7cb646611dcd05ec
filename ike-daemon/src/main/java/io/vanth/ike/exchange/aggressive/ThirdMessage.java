package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.InitialContact;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.OwnMessage;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Message 3: the initiator has believed the responder and proves who it is itself. RFC 2409 section 5 leaves open whether
/// it is encrypted; here it is, as it may hold an INITIAL-CONTACT.
record ThirdMessage(Negotiated negotiated, KeyMaterial material, NatFindings nat, Identity remote,
        BooleanSupplier initialContact) implements OwnMessage {
    @Override
    public Connection connection() {
        return negotiated.connection();
    }

    @Override
    public Bytes hash() {
        return material.hashI(negotiated, connection().localId().payload().body());
    }

    @Override
    public Transition<PhaseOneResult> send(List<Payload> proof) {
        var actions = new ArrayList<Action>();
        Path path = negotiated.own().path();
        if (nat.found()) {
            actions.add(new Action.FloatPort());
            path = path.floated(connection().localPorts(), connection().remotePorts());
        }
        var payloads = new ArrayList<>(proof);
        if (nat.supported()) {
            // Over the ports that the message goes by (RFC 3947 section 3.2).
            payloads.addAll(negotiated.natPayloads(path));
        }
        if (initialContact.getAsBoolean()) {
            payloads.add(InitialContact.payload(negotiated));
        }
        var sealed = material.cipher().seal(negotiated.header(IsakmpHeader.FLAG_ENCRYPTED), payloads);
        actions.addAll(Action.Notified.sent(payloads));
        actions.add(new Action.Reply(sealed.message()));
        return new Transition.Done<>(negotiated.result(Report.Role.INITIATOR, material, sealed.next().iv(), remote, nat,
                false), actions);
    }

    @Override
    public String name() {
        return "aggressive mode message 3";
    }

    @Override
    public void close() {
        material.close();
    }
}
