package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The initiator has authenticated itself and waits for the responder to do the same.
record AwaitAuthentication(Negotiated negotiated, KeyMaterial material, NatFindings nat)
        implements
            ExchangeState<PhaseOneResult> {
    @Override
    public Transition<PhaseOneResult> on(Input input) {
        if (!(input instanceof Input.Encrypted(var message))) {
            return Transition.stay("message 6 must be encrypted");
        }
        if (message.header().exchange() == ExchangeType.INFORMATIONAL.code()) {
            return Refusal.read(message, negotiated, material);
        }
        return switch (material.cipher().open(message)) {
            case ExchangeCipher.Garbage(var reason) ->
                Transition.suspect(new Failure.PreSharedKeyMismatch("message 6 cannot be read: " + reason));
            case ExchangeCipher.Legible(var chain, var next) -> authenticate(chain.payloads(), next);
        };
    }

    private Transition<PhaseOneResult> authenticate(List<Payload> payloads, ExchangeCipher next) {
        var violation = ExchangeScript.MAIN_MODE_6.violation(payloads);
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.PreSharedKeyMismatch("message 6 cannot be read: " + violation.get()));
        }
        var id = ExchangeScript.only(payloads, Payload.Identification.class);
        Bytes expected = Authenticator.hashR(material.keys(), material.initiatorPublic(), material.responderPublic(),
                negotiated.initiator(), negotiated.responder(), negotiated.saBody(), id.body());
        if (!Authenticator.matches(expected, ExchangeScript.only(payloads, Payload.Hash.class).body())) {
            return Transition.suspect(new Failure.HashMismatch("main mode message 6"));
        }
        Identity remote = Identity.of(id);
        Identity wanted = negotiated.connection().remoteId();
        if (!remote.equals(wanted)) {
            return Transition.fail(new Failure.IdentityMismatch(remote.toString(), wanted.toString()));
        }
        return Transition
                .done(new PhaseOneResult(negotiated.connection(), Report.Role.INITIATOR, negotiated.initiator(),
                        negotiated.responder(), negotiated.proposal(), material.keys(), next.iv(), remote,
                        negotiated.lifetime(),
                        nat, negotiated.deadPeerDetection(), InitialContact.in(payloads)));
    }

    @Override
    public String awaits() {
        return "main mode message 6";
    }

    @Override
    public String silenceHint() {
        return "probably the pre-shared keys differ, or the peer does not accept our identity "
                + negotiated.connection().localId();
    }

    @Override
    public void close() {
        material.keys().close();
    }
}
