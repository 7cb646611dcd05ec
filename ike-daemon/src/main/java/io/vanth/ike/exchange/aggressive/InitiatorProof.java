package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.InitialContact;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerMessage;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// Message 3: the initiator proves that it is whom message 1 said.
///
/// @param next the cipher behind it
/// @param from where it came from, which NAT discovery needs
record InitiatorProof(AwaitProof before, List<Payload> payloads, ExchangeCipher next, Path from, boolean encrypted)
        implements
            PeerMessage {
    @Override
    public Connection connection() {
        return negotiated().connection();
    }

    @Override
    public Negotiated negotiated() {
        return before.negotiated();
    }

    @Override
    public Identity identity() {
        return Identity.of(before.peer());
    }

    @Override
    public Bytes expected() {
        return before.material().hashI(negotiated(), before.peer().body());
    }

    @Override
    public KeyMaterial material() {
        return before.material().with(next);
    }

    /// An INITIAL-CONTACT in clear is nobody's word: the hash does not cover it.
    @Override
    public Transition<PhaseOneResult> accept() {
        NatFindings nat = negotiated().natFindings(from, payloads);
        return Transition.done(negotiated().result(Report.Role.RESPONDER, before.material(), next.iv(), identity(), nat,
                encrypted && InitialContact.in(payloads)));
    }

    @Override
    public Transition<PhaseOneResult> doubt() {
        return Transition.suspect(new Failure.PreSharedKeyMismatch("the hash in %s is wrong".formatted(name())));
    }

    @Override
    public String name() {
        return before.awaits();
    }

    @Override
    public void close() {
        before.close();
    }
}
