package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// A message of ours that lacks nothing but the proof of our identity.
public interface OwnMessage {
    /// As whom we speak.
    Connection connection();

    /// What proves it, or is signed to prove it.
    Bytes hash();

    /// Sends it with `proof`: a hash payload, or certificates and a signature.
    Transition<PhaseOneResult> send(List<Payload> proof);

    /// What it is, for people.
    String name();

    /// Wipes the keys that it holds.
    void close();
}
