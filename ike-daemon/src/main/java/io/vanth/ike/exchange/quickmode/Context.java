package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.TrafficPair;
import io.vanth.ike.crypto.PhaseOneKeys;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.TunnelMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import java.security.SecureRandom;

/// What an exchange knows from its beginning: the ISAKMP SA it runs under, its message id and its tunnel.
///
/// @param keys  of the ISAKMP SA, which owns them
/// @param tunnelMode whether ESP goes in UDP between the ports of `path`
public record Context(PhaseOneKeys keys, Cookie initiator, Cookie responder, int messageId, Tunnel tunnel, Path path,
        TunnelMode tunnelMode, SecureRandom random) {
    private static final int OWN_NONCE = 32;
    /// RFC 2409 section 5: nonces have 8 to 256 bytes.
    private static final int MIN_NONCE = 8;
    private static final int MAX_NONCE = 256;

    IsakmpHeader header() {
        return IsakmpHeader.of(initiator, responder, ExchangeType.QUICK_MODE.code(), IsakmpHeader.FLAG_ENCRYPTED,
                messageId);
    }

    Bytes newNonce() {
        byte[] nonce = new byte[OWN_NONCE];
        random.nextBytes(nonce);
        return Bytes.owning(nonce);
    }

    boolean udp() {
        return tunnelMode.udp();
    }

    TrafficPair traffic() {
        return tunnel.traffic();
    }

    static boolean badNonce(Bytes nonce) {
        return nonce.length() < MIN_NONCE || nonce.length() > MAX_NONCE;
    }
}
