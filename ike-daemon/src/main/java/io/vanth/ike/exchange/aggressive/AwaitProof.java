package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Judging;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.Refusal;
import io.vanth.ike.exchange.phaseone.Unreadable;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The responder has proved who it is and waits for the initiator to do the same.
///
/// @param peer who the initiator says it is
record AwaitProof(Negotiated negotiated, KeyMaterial material, Payload.Identification peer)
        implements
            ExchangeState<PhaseOneResult> {
    /// Message 3 may be in clear or encrypted: RFC 2409 section 5 leaves it to the initiator.
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return switch (input) {
            case Input.Clear(var message, var from) -> script().violation(message.payloads())
                    .map(violation -> Transition
                            .<PhaseOneResult>suspect(new Failure.ProtocolViolation(awaits(), violation)))
                    .orElseGet(() -> judge(message.payloads(), material.cipher(), from, false));
            case Input.Encrypted(var message, _) when message.header()
                    .exchange() == ExchangeType.INFORMATIONAL.code() ->
                Refusal.read(message, negotiated, material);
            case Input.Encrypted(var message, var from) -> open(message, from);
            case Input.Computed _,Input.SpiReserved _,Input.InboundInstalled _ ->
                Transition.stay("nothing is being worked on");
        };
    }

    private ExchangeScript script() {
        return switch (negotiated.connection().authentication()) {
            case Authentication.PreShared _ -> ExchangeScript.AGGRESSIVE_3;
            case Authentication.Signatures _ -> ExchangeScript.AGGRESSIVE_3_SIGNED;
        };
    }

    private Transition<PhaseOneResult> open(EncryptedMessage message, Path from) {
        return switch (material.cipher().open(message)) {
            case ExchangeCipher.Garbage(var reason) -> unreadable(reason);
            case ExchangeCipher.Legible(var chain, var next) -> script().violation(chain.payloads())
                    .map(this::unreadable).orElseGet(() -> judge(chain.payloads(), next, from, true));
        };
    }

    private Transition<PhaseOneResult> unreadable(String reason) {
        return Transition.suspect(Unreadable.failure(negotiated, awaits(), reason));
    }

    private Transition<PhaseOneResult> judge(List<Payload> payloads, ExchangeCipher next, Path from,
            boolean encrypted) {
        return Judging.judge(new InitiatorProof(this, payloads, next, from, encrypted));
    }

    @Override
    public String awaits() {
        return "aggressive mode message 3";
    }

    @Override
    public String silenceHint() {
        return switch (negotiated.connection().authentication()) {
            case Authentication.PreShared _ ->
                "the peer stopped before it authenticated itself; probably the pre-shared"
                        + " keys differ, or it does not accept our identity " + negotiated.connection().localId();
            case Authentication.Signatures _ -> "the peer stopped before it authenticated itself; probably it does not"
                    + " accept our certificate or our identity " + negotiated.connection().localId();
        };
    }

    @Override
    public void close() {
        material.close();
    }
}
