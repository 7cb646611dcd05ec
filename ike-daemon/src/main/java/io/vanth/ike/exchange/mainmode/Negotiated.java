package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.Prf;
import io.vanth.ike.exchange.NatDiscovery;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import java.security.SecureRandom;
import java.time.Duration;

/// What both sides know after the first two messages.
///
/// @param connection    the first of those that may be meant; it has the key
/// @param saBody        the initiator's SA payload body, which the hashes cover
/// @param natTraversal  whether the peer speaks RFC 3947
/// @param deadPeerDetection whether it speaks RFC 3706
record Negotiated(Connection connection, Cookie initiator, Cookie responder, Path path, IkeProposal proposal,
        Duration lifetime, Bytes saBody, boolean natTraversal, boolean deadPeerDetection, SecureRandom random) {
    /// RFC 2409 section 5: nonces have 8 to 256 bytes.
    private static final int MIN_NONCE = 8;
    private static final int MAX_NONCE = 256;
    private static final int OWN_NONCE = 32;

    Prf prf() {
        return new Prf(proposal.hash());
    }

    IsakmpHeader header(int flags) {
        return IsakmpHeader.of(initiator, responder, ExchangeType.MAIN_MODE.code(), flags, 0);
    }

    NatDiscovery natDiscovery() {
        return new NatDiscovery(prf(), initiator, responder, path, connection.encapsulation());
    }

    Bytes newNonce() {
        byte[] nonce = new byte[OWN_NONCE];
        random.nextBytes(nonce);
        return Bytes.owning(nonce);
    }

    static boolean badNonce(Bytes nonce) {
        return nonce.length() < MIN_NONCE || nonce.length() > MAX_NONCE;
    }
}
