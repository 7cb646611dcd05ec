package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Certificates;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.Opening;
import io.vanth.ike.exchange.phaseone.OwnMessage;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;

/// Message 2: the responder answers with all that it has, and proves who it is.
///
/// @param own  our part in the key agreement
/// @param peer who the initiator says it is
record SecondMessage(Negotiated negotiated, Opening.Choice choice, PeerShare own, KeyMaterial material,
        Payload.Identification peer) implements OwnMessage {
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
        var payloads = new ArrayList<Payload>(List.of(choice.answer(), new Payload.KeyExchange(own.publicValue()),
                new Payload.Nonce(own.nonce()), id()));
        payloads.addAll(proof);
        payloads.addAll(Certificates.requests(connection()));
        payloads.addAll(choice.vendorIds());
        payloads.addAll(negotiated.natPayloads(negotiated.own().path()));
        return Transition.next(new AwaitProof(negotiated, material, peer),
                new Action.Prompt(MessageWriter.write(negotiated.header(0), payloads)));
    }

    @Override
    public String name() {
        return "aggressive mode message 2";
    }

    @Override
    public void close() {
        material.close();
    }
}
