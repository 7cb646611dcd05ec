package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The peer's part in the key agreement: the bodies of its key exchange and nonce payloads.
public record PeerShare(Bytes publicValue, Bytes nonce) {
    /// RFC 2409 section 5: nonces have 8 to 256 bytes.
    private static final int MIN_NONCE = 8;
    private static final int MAX_NONCE = 256;

    /// What the script has found to be there.
    public static PeerShare of(List<Payload> payloads) {
        return new PeerShare(ExchangeScript.only(payloads, Payload.KeyExchange.class).body(),
                ExchangeScript.only(payloads, Payload.Nonce.class).body());
    }

    /// Whether the lengths are as RFC 2409 and the group have them.
    public boolean fits(int publicLength) {
        return publicValue.length() == publicLength && nonce.length() >= MIN_NONCE && nonce.length() <= MAX_NONCE;
    }
}
