package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.Failure;
import io.vanth.ike.policy.Authentication;

/// What it usually means that an encrypted message cannot be read.
public final class Unreadable {
    private Unreadable() {}

    /// With a pre-shared key the keys depend on it, so probably it differs; with signatures they come of g^xy alone, and
    /// the message was changed on its way.
    public static Failure failure(Negotiated negotiated, String stage, String reason) {
        return switch (negotiated.connection().authentication()) {
            case Authentication.PreShared _ -> new Failure.PreSharedKeyMismatch(stage + " cannot be read: " + reason);
            case Authentication.Signatures _ -> new Failure.ProtocolViolation(stage, "it cannot be read: " + reason);
        };
    }
}
