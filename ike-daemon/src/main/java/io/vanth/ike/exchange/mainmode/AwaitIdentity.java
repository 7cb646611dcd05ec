package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Judging;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.Refusal;
import io.vanth.ike.exchange.phaseone.Unreadable;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Optional;

/// The responder waits for the initiator to say who it is and to prove it.
record AwaitIdentity(Negotiated negotiated, List<Connection> candidates, KeyMaterial material, NatFindings nat)
        implements
            ExchangeState<PhaseOneResult> {
    AwaitIdentity {
        candidates = List.copyOf(candidates);
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Encrypted(var message, _)
                && message.header().exchange() == ExchangeType.MAIN_MODE.code()
                        ? switch (material.cipher().open(message)) {
                            case ExchangeCipher.Garbage(var reason) -> unreadable(reason);
                            case ExchangeCipher.Legible(var chain, var next) -> authenticate(chain.payloads(), next);
                        }
                        : Transition.stay("message 5 must be encrypted");
    }

    private Transition<PhaseOneResult> authenticate(List<Payload> payloads, ExchangeCipher next) {
        return switch (negotiated.connection().authentication()) {
            // With a wrong key the first bytes are noise, which may look like payloads that do not belong here.
            case Authentication.PreShared _ -> ExchangeScript.MAIN_MODE_5.violation(payloads).map(this::unreadable)
                    .orElseGet(() -> Judging
                            .judge(new InitiatorProof(this, negotiated.connection(), payloads, next)));
            case Authentication.Signatures _ ->
                ExchangeScript.MAIN_MODE_5_SIGNED.violation(payloads).map(this::unreadable)
                        .orElseGet(() -> judgeSignature(payloads, next));
        };
    }

    private Transition<PhaseOneResult> unreadable(String reason) {
        return Transition.suspect(Unreadable.failure(negotiated, awaits(), reason));
    }

    /// Whom to trust follows from who the peer says it is.
    private Transition<PhaseOneResult> judgeSignature(List<Payload> payloads, ExchangeCipher next) {
        Identity claimed = Identity.of(ExchangeScript.only(payloads, Payload.Identification.class));
        return candidate(claimed)
                .map(connection -> Judging.judge(new InitiatorProof(this, connection, payloads, next)))
                .orElseGet(() -> refuse(claimed, next, false));
    }

    /// The connection with the peer of `identity`, among those that authenticate alike.
    Optional<Connection> candidate(Identity identity) {
        return candidates.stream().filter(each -> each.remoteId().matches(identity) && alike(each)).findFirst();
    }

    private boolean alike(Connection other) {
        return switch (other.authentication()) {
            case Authentication.PreShared same -> same.equals(negotiated.connection().authentication());
            case Authentication.Signatures(var own, _) -> own.method() == negotiated.method();
        };
    }

    /// The peer is nobody whom we expect. Only when that is `proved` it is over: else it may be a forgery.
    Transition<PhaseOneResult> refuse(Identity identity, ExchangeCipher next, boolean proved) {
        var failure = new Failure.IdentityMismatch(identity.toString(),
                String.join(" or ", candidates.stream().map(each -> each.remoteId().toString()).toList()));
        return Refusal.refuse(failure, negotiated, material.with(next), proved
                ? new Transition.Fail<>(failure, Optional.empty())
                : new Transition.Suspect<>(failure, Optional.empty()));
    }

    @Override
    public String awaits() {
        return "main mode message 5";
    }

    @Override
    public String silenceHint() {
        return "the peer stopped before it authenticated itself";
    }

    @Override
    public void close() {
        material.close();
    }
}
