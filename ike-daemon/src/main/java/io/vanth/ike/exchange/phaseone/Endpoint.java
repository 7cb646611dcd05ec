package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import java.security.SecureRandom;
import java.time.InstantSource;

/// What this side brings into a negotiation.
///
/// @param cookie our own
/// @param path   where the first message goes or came from
/// @param clock  what the time is when a certificate is judged
public record Endpoint(Cookie cookie, Path path, SecureRandom random, InstantSource clock) {
    private static final int NONCE = 32;

    /// A fresh nonce.
    public Bytes newNonce() {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        return Bytes.owning(nonce);
    }
}
