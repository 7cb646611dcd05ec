package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.ExchangeState;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Optional;

/// A message in which a peer says who it is, and which could be read but is not believed yet.
public interface PeerMessage {
    /// Whose trust decides.
    Connection connection();

    /// What was agreed.
    Negotiated negotiated();

    /// Who the peer says it is.
    Identity identity();

    /// All of it.
    List<Payload> payloads();

    /// Whether it came encrypted: no hash covers what else is in it.
    boolean encrypted();

    /// The hash that the peer must have sent, or signed.
    Bytes expected();

    /// The state that waited for it, and waits on when it proves to be bad.
    ExchangeState<PhaseOneResult> before();

    /// The peer is whom it says to be.
    Transition<PhaseOneResult> accept();

    /// The hash is wrong.
    Transition<PhaseOneResult> doubt();

    /// The keys, with the cipher behind it.
    KeyMaterial material();

    /// The signature or its certificates were judged to be bad.
    default Transition<PhaseOneResult> refuse(Failure failure) {
        return Refusal.refuse(failure, negotiated(), material(),
                new Transition.Back<>(before(), failure, Optional.empty()));
    }

    /// Wipes the keys that it holds.
    void close();

    /// What it is, for people.
    String name();
}
