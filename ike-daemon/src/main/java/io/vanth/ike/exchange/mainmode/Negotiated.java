package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.Prf;
import io.vanth.ike.exchange.NatDiscovery;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.NatTraversal;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What both sides know after the first two messages.
///
/// @param connection    the first of those that may be meant; it has the key
/// @param saBody        the initiator's SA payload body, which the hashes cover
/// @param natTraversal  the newest that both sides speak
/// @param deadPeerDetection whether it speaks RFC 3706
record Negotiated(Connection connection, Cookie initiator, Cookie responder, Path path, IkeProposal proposal,
        Duration lifetime, Bytes saBody, Optional<NatTraversal> natTraversal, boolean deadPeerDetection,
        SecureRandom random) {
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

    Optional<NatDiscovery> natDiscovery() {
        return natTraversal.map(spoken -> new NatDiscovery(spoken, prf(), initiator, responder, path,
                connection.encapsulation()));
    }

    /// What the peer's payloads say of NATs.
    NatFindings natFindings(List<Payload> received) {
        return natDiscovery().map(discovery -> discovery.findings(received)).orElse(NatFindings.NONE);
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
