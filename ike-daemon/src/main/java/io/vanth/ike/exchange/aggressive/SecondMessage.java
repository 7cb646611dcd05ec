package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Failure;
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
/// @param own   our part in the key agreement
/// @param peer  who the initiator says it is
/// @param limit what the answer may cost somebody who did not ask
record SecondMessage(Negotiated negotiated, Opening.Choice choice, PeerShare own, KeyMaterial material,
        Payload.Identification peer, AnswerLimit limit) implements OwnMessage {
    private static final int LEAF_AND_PROOF = 2;

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

    /// What is left out of the answer, for people, and what stays.
    private record Variant(String without, List<Payload> proof, List<Payload> requests) {}

    @Override
    public Transition<PhaseOneResult> send(List<Payload> proof) {
        for (Variant variant : variants(proof)) {
            Bytes message = message(variant);
            if (limit.allows(1, message.length(), connection())) {
                return answer(message, variant.without());
            }
        }
        material.close();
        return Transition.fail(new Failure.ProtocolViolation("aggressive mode message 1",
                "it is too small to be answered: somebody may have forged its address"));
    }

    /// Where all is too much for somebody who may not have asked, the certificates of the authorities go first, the own one
    /// next, and last the requests for the peer's. A peer may know the authorities without asking for a certificate.
    private List<Variant> variants(List<Payload> proof) {
        List<Payload> requests = Certificates.requests(connection());
        List<Payload> bare = List.of(proof.getLast());
        var variants = new ArrayList<>(List.of(new Variant("", proof, requests)));
        if (proof.size() > LEAF_AND_PROOF) {
            variants.add(new Variant("the certificates of the authorities between",
                    List.of(proof.getFirst(), proof.getLast()), requests));
        }
        variants.add(new Variant("our certificates", bare, requests));
        variants.add(new Variant("our certificates and the requests for the peer's", bare, List.of()));
        return variants;
    }

    private Bytes message(Variant variant) {
        var payloads = new ArrayList<Payload>(List.of(choice.answer(), new Payload.KeyExchange(own.publicValue()),
                new Payload.Nonce(own.nonce()), id()));
        payloads.addAll(variant.proof());
        payloads.addAll(variant.requests());
        payloads.addAll(choice.vendorIds());
        payloads.addAll(negotiated.natPayloads(negotiated.own().path()));
        return MessageWriter.write(negotiated.header(0), payloads);
    }

    /// Only if two copies are not too much, one is sent unasked. The peer gets others when it sends message 1 again, or
    /// something after a message 3 that was lost.
    private Transition<PhaseOneResult> answer(Bytes message, String without) {
        var actions = new ArrayList<Action>();
        if (!without.isEmpty()) {
            actions.add(
                    new Action.Remark(("%s were left out of our answer, which would be too large for the peer's first"
                            + " message, of which nobody knows who sent it: let the peer have them, or take main mode")
                            .formatted(without)));
        }
        actions.add(limit.allows(2, message.length(), connection())
                ? new Action.Prompt(message)
                : new Action.Reply(message));
        return new Transition.Next<>(new AwaitProof(negotiated, material, peer), actions);
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
