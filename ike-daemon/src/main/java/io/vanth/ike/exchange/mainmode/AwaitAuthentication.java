package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Judging;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.Refusal;
import io.vanth.ike.exchange.phaseone.Unreadable;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The initiator has authenticated itself and waits for the responder to do the same.
record AwaitAuthentication(Negotiated negotiated, KeyMaterial material, NatFindings nat)
        implements
            ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        if (!(input instanceof Input.Encrypted(var message, _))) {
            return Transition.stay("message 6 must be encrypted");
        }
        if (message.header().exchange() == ExchangeType.INFORMATIONAL.code()) {
            return Refusal.read(message, negotiated, material);
        }
        return switch (material.cipher().open(message)) {
            case ExchangeCipher.Garbage(var reason) -> unreadable(reason);
            case ExchangeCipher.Legible(var chain, var next) -> authenticate(chain.payloads(), next);
        };
    }

    private Transition<PhaseOneResult> authenticate(List<Payload> payloads, ExchangeCipher next) {
        ExchangeScript script = switch (negotiated.connection().authentication()) {
            case Authentication.PreShared _ -> ExchangeScript.MAIN_MODE_6;
            case Authentication.Signatures _ -> ExchangeScript.MAIN_MODE_6_SIGNED;
        };
        // With a wrong key the first bytes are noise, which may look like payloads that do not belong here.
        return script.violation(payloads).map(this::unreadable)
                .orElseGet(() -> Judging.judge(new ResponderProof(this, payloads, next)));
    }

    private Transition<PhaseOneResult> unreadable(String reason) {
        return Transition.suspect(Unreadable.failure(negotiated, awaits(), reason));
    }

    @Override
    public String awaits() {
        return "main mode message 6";
    }

    @Override
    public String silenceHint() {
        return switch (negotiated.connection().authentication()) {
            case Authentication.PreShared _ ->
                "probably the pre-shared keys differ, or the peer does not accept our identity "
                        + negotiated.connection().localId();
            case Authentication.Signatures _ ->
                "probably the peer does not accept our certificate or our identity %s, or large datagrams are lost"
                        .formatted(negotiated.connection().localId());
        };
    }

    @Override
    public void close() {
        material.close();
    }
}
