package io.vanth.ike.explain.capture;

import io.vanth.ike.crypto.Prf;
import io.vanth.ike.exchange.NatDiscovery;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.NatTraversal;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// NAT discovery (RFC 3947 section 3.2), seen from between the two sides: whose addresses are not those that it sees.
final class Discovery {
    private Discovery() {}

    /// `NONE` where one side has not sent its hashes, or nothing tells how they are made.
    static NatFindings of(Negotiation negotiation, Side side) {
        InetAddress own = side.own(negotiation);
        InetAddress peer = side.peer(negotiation);
        Optional<NatTraversal> spoken = NatTraversal.newest(payloads(negotiation, negotiation.responder()));
        Optional<Prf> prf = negotiation.first(Payload.Sa.class, negotiation.responder())
                .flatMap(sa -> PhaseOneOffer.select(sa, (_, _) -> true)).map(each -> new Prf(each.proposal().hash()));
        if (spoken.isEmpty() || prf.isEmpty()) {
            return NatFindings.NONE;
        }
        NatFindings heard = findings(negotiation, spoken.get(), prf.get(), own, peer);
        NatFindings told = findings(negotiation, spoken.get(), prf.get(), peer, own);
        return heard.supported() && told.supported()
                ? new NatFindings(spoken, heard.localNat() || told.remoteNat(), heard.remoteNat() || told.localNat())
                : NatFindings.NONE;
    }

    /// What `host` learns from `other`.
    private static NatFindings findings(Negotiation negotiation, NatTraversal spoken, Prf prf, InetAddress host,
            InetAddress other) {
        Optional<Sighting> hashes = negotiation.sightings().stream().filter(each -> each.isFrom(other)
                && !each.all(Payload.NatDiscovery.class).isEmpty()).findFirst();
        return hashes.map(each -> new NatDiscovery(spoken, prf, negotiation.cookie(), negotiation.responderCookie(),
                new Path(address(host, each.destination().port()), address(other, each.source().port()), false),
                Encapsulation.AUTO).findings(each.payloads().orElseThrow())).orElse(NatFindings.NONE);
    }

    private static InetSocketAddress address(InetAddress host, Optional<Integer> port) {
        return new InetSocketAddress(host, port.orElse(0));
    }

    private static List<Payload> payloads(Negotiation negotiation, InetAddress from) {
        return negotiation.sightings().stream().filter(each -> each.isFrom(from))
                .flatMap(each -> each.payloads().stream().flatMap(List::stream)).toList();
    }
}
