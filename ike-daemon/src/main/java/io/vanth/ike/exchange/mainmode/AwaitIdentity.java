package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Action;
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
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The responder waits for the initiator to say who it is and to prove it.
record AwaitIdentity(Negotiated negotiated, List<Connection> candidates, KeyMaterial material, NatFindings nat)
        implements
            ExchangeState<PhaseOneResult> {
    AwaitIdentity {
        candidates = List.copyOf(candidates);
    }

    @Override
    public Transition<PhaseOneResult> on(Input input) {
        return input instanceof Input.Encrypted(var message)
                && message.header().exchange() == ExchangeType.MAIN_MODE.code()
                        ? switch (material.cipher().open(message)) {
                            case ExchangeCipher.Garbage(var reason) -> Transition
                                    .suspect(new Failure.PreSharedKeyMismatch("message 5 cannot be read: " + reason));
                            case ExchangeCipher.Legible(var chain, var next) -> authenticate(chain.payloads(), next);
                        }
                        : Transition.stay("message 5 must be encrypted");
    }

    private Transition<PhaseOneResult> authenticate(List<Payload> payloads, ExchangeCipher next) {
        // With a wrong key the first bytes are noise, which may look like payloads that do not belong here.
        var violation = ExchangeScript.MAIN_MODE_5.violation(payloads);
        if (violation.isPresent()) {
            return Transition.suspect(new Failure.PreSharedKeyMismatch("message 5 cannot be read: " + violation.get()));
        }
        var id = ExchangeScript.only(payloads, Payload.Identification.class);
        Bytes expected = Authenticator.hashI(material.keys(), material.initiatorPublic(), material.responderPublic(),
                negotiated.initiator(), negotiated.responder(), negotiated.saBody(), id.body());
        if (!Authenticator.matches(expected, ExchangeScript.only(payloads, Payload.Hash.class).body())) {
            return Transition.suspect(new Failure.HashMismatch("main mode message 5"));
        }
        Identity remote = Identity.of(id);
        return candidates.stream().filter(each -> remote.equals(each.remoteId()) && sameKey(each)).findFirst()
                .map(connection -> welcome(connection, remote, payloads, next))
                .orElseGet(() -> Transition.fail(new Failure.IdentityMismatch(remote.toString(),
                        String.join(" or ", candidates.stream().map(each -> each.remoteId().toString()).toList()))));
    }

    private boolean sameKey(Connection other) {
        return other.authentication().equals(negotiated.connection().authentication());
    }

    private Transition<PhaseOneResult> welcome(Connection connection, Identity remote, List<Payload> payloads,
            ExchangeCipher next) {
        Payload.Identification own = connection.localId().payload();
        Bytes hash = Authenticator.hashR(material.keys(), material.initiatorPublic(), material.responderPublic(),
                negotiated.initiator(), negotiated.responder(), negotiated.saBody(), own.body());
        var sealed = next.seal(negotiated.header(IsakmpHeader.FLAG_ENCRYPTED), List.of(own, new Payload.Hash(hash)));
        return Transition.done(
                new PhaseOneResult(connection, Report.Role.RESPONDER, negotiated.initiator(), negotiated.responder(),
                        negotiated.proposal(), material.keys(), sealed.next().iv(), remote, negotiated.lifetime(), nat,
                        negotiated.deadPeerDetection(), InitialContact.in(payloads)),
                new Action.Reply(sealed.message()));
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
        material.keys().close();
    }
}
