package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.certificate.Trust;
import io.vanth.ike.certificate.Verdict;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.Computation;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.wire.Payload;

/// A peer's proof is being judged: at once with a pre-shared key, else by its signature and certificates, which takes its
/// time. Neither the certificates nor the identity are authentic before, so a refusal ends nothing: what was judged may be
/// a forgery, and the state that waited for it waits on.
public record Judging(PeerMessage message) implements ExchangeState<PhaseOneResult> {
    /// Judges, now or later.
    public static Transition<PhaseOneResult> judge(PeerMessage message) {
        return switch (message.connection().authentication()) {
            case Authentication.PreShared _ -> {
                var hash = ExchangeScript.only(message.payloads(), Payload.Hash.class).body();
                yield Authenticator.matches(message.expected(), hash) ? accept(message) : message.doubt();
            }
            case Authentication.Signatures(_, var trust) -> Transition.next(new Judging(message),
                    new Action.Compute(new Computation.Judge(trust, claim(message),
                            message.negotiated().own().clock().instant())));
        };
    }

    private static Transition<PhaseOneResult> accept(PeerMessage message) {
        return message.accept().after(Action.Notified.received(message.payloads(), message.encrypted()));
    }

    private static Trust.Claim claim(PeerMessage message) {
        return new Trust.Claim(message.negotiated().method(), message.identity(),
                Certificates.presented(message.payloads()), message.expected(),
                ExchangeScript.only(message.payloads(), Payload.Signature.class).body());
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Computed(Computation.Judged(var verdict))
                ? judged(verdict)
                : Transition.stay("the peer's signature is being verified");
    }

    private Transition<PhaseOneResult> judged(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Genuine() -> accept(message);
            case Verdict.Refused(var reason, var detail) -> message
                    .refuse(new Failure.AuthenticationRefused(message.name(), reason, detail));
        };
    }

    @Override
    public String awaits() {
        return "the verification of " + message.name();
    }

    @Override
    public void close() {
        message.close();
    }
}
