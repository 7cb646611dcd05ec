package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.crypto.Prf;
import io.vanth.ike.exchange.NatDiscovery;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What both sides know once the responder has chosen.
///
/// @param connection the first of those that may be meant; it has the key
/// @param lifetime   the shorter of the two sides'
/// @param shortened  whether the peer does not know the lifetime: it named a longer one or none
/// @param saBody     the initiator's SA payload body, which the hashes cover
/// @param features   what both sides speak
public record Negotiated(Connection connection, PhaseOneMode mode, Endpoint own, Cookie initiator, Cookie responder,
        IkeProposal proposal, AuthenticationMethod method, Duration lifetime, boolean shortened, Bytes saBody,
        PeerFeatures features) {
    /// What an initiator knows from the answer to its `offer`.
    public static Negotiated asInitiator(Connection connection, PhaseOneMode mode, Endpoint own, Payload.Sa offer,
            IsakmpMessage answer, PhaseOneOffer.Agreed agreed, Optional<Duration> lifetime) {
        return new Negotiated(connection, mode, own, own.cookie(), answer.header().responder(), agreed.proposal(),
                agreed.method(), shorter(connection.lifetime(), lifetime), shortens(connection, lifetime), offer.body(),
                PeerFeatures.of(answer.payloads(), connection));
    }

    /// The PRF of the keys.
    public Prf prf() {
        return new Prf(proposal.hash());
    }

    /// The header of a message of this exchange.
    public IsakmpHeader header(int flags) {
        return IsakmpHeader.of(initiator, responder, exchange(mode).code(), flags, 0);
    }

    /// The exchange type of a mode.
    public static ExchangeType exchange(PhaseOneMode mode) {
        return switch (mode) {
            case MAIN -> ExchangeType.MAIN_MODE;
            case AGGRESSIVE -> ExchangeType.AGGRESSIVE;
        };
    }

    /// NAT discovery for a message that goes over `path`, where both sides know how.
    public Optional<NatDiscovery> natDiscovery(Path path) {
        return features.natTraversal().map(spoken -> new NatDiscovery(spoken, prf(), initiator, responder, path,
                connection.encapsulation()));
    }

    /// The NAT-D payloads of a message that goes over `path`.
    public List<Payload> natPayloads(Path path) {
        return natDiscovery(path).map(NatDiscovery::payloads).orElse(List.of());
    }

    /// What the peer's payloads say of NATs, which came over `path`.
    public NatFindings natFindings(Path path, List<Payload> received) {
        return natDiscovery(path).map(discovery -> discovery.findings(received)).orElse(NatFindings.NONE);
    }

    /// What came of it with the peer of `remote`; `lastBlock` is the last of the last message of phase 1.
    public PhaseOneResult result(Report.Role role, KeyMaterial material, Bytes lastBlock, Identity remote,
            NatFindings nat, boolean initialContact) {
        Optional<Payload.Notification> notice = mode == PhaseOneMode.AGGRESSIVE && role == Report.Role.RESPONDER
                ? ResponderLifetime.of(this)
                : Optional.empty();
        return new PhaseOneResult(connection, mode, role, initiator, responder, proposal, method, material.keys(),
                lastBlock, remote, lifetime, notice, nat, features.deadPeerDetection(), initialContact);
    }

    /// The same terms for another of the connections that may have been meant.
    public Negotiated with(Connection other) {
        return new Negotiated(other, mode, own, initiator, responder, proposal, method,
                shorter(lifetime, Optional.of(other.lifetime())),
                shortened || shortens(other, Optional.of(lifetime)), saBody, features);
    }

    /// The same terms with a lifetime that the peer names later.
    public Negotiated shortened(Optional<Duration> theirs) {
        return new Negotiated(connection, mode, own, initiator, responder, proposal, method,
                shorter(lifetime, theirs), shortened, saBody, features);
    }

    /// Whether the connection's lifetime is shorter than what the peer named, if it named one.
    static boolean shortens(Connection connection, Optional<Duration> theirs) {
        return theirs.map(each -> each.compareTo(connection.lifetime()) > 0).orElse(true);
    }

    /// The shorter of two lifetimes, of which a peer may have named none.
    public static Duration shorter(Duration ours, Optional<Duration> theirs) {
        return theirs.filter(each -> each.compareTo(ours) < 0).orElse(ours);
    }
}
