package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.certificate.Credential;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;

/// The proof of our own identity is being made: at once with a pre-shared key, else by a signature, which takes its time.
public record Signing(OwnMessage message, Credential credential) implements ExchangeState<PhaseOneResult> {
    /// Sends `message` with its proof, now or later (RFC 2409 sections 5.1 and 5.4).
    public static Transition<PhaseOneResult> send(OwnMessage message) {
        return switch (message.connection().authentication()) {
            case Authentication.PreShared _ -> message.send(List.of(new Payload.Hash(message.hash())));
            case Authentication.Signatures(var own, _) -> Transition.next(new Signing(message, own),
                    new Action.Compute(new Computation.Sign(own, message.hash())));
        };
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Signed(var signature))
                ? message.send(proof(signature))
                : Transition.stay("the own signature is being made");
    }

    /// The certificates go along even when they were not asked for: some peers never ask, and still need them.
    private List<Payload> proof(Bytes signature) {
        var payloads = new ArrayList<Payload>();
        credential.certificates().forEach(each -> payloads.add(Payload.Certificate.of(Certificates.X509_SIGNATURE,
                each)));
        payloads.add(new Payload.Signature(signature));
        return payloads;
    }

    @Override
    public String awaits() {
        return "the signature of " + message.name();
    }

    @Override
    public void close() {
        message.close();
    }
}
