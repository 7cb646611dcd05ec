package io.vanth.ike.explain.capture;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.explain.Terms;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.policy.Hooks;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.Ports;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The side of a negotiation from which it is told.
///
/// @param configured whether the connection is from a configuration; else it is what the wire shows of it
/// @param initiator  whether this side began phase 1
record Side(Connection connection, Terms terms, boolean configured, boolean initiator) {
    /// What stands for the name of a connection that nobody named.
    private static final String UNNAMED = "NAME";

    /// The first connection between the two hosts; without any, the side that began.
    static Side of(Negotiation negotiation, List<Connection> connections) {
        return find(negotiation.initiator(), negotiation.responder(), connections, true)
                .or(() -> find(negotiation.responder(), negotiation.initiator(), connections, false))
                .orElseGet(() -> shown(negotiation));
    }

    private static Optional<Side> find(InetAddress own, InetAddress peer, List<Connection> connections,
            boolean initiator) {
        return connections.stream().filter(each -> isAt(each.local(), own) && leadsTo(each.remoteHosts(), peer))
                .findFirst().map(each -> new Side(each.at(own), Terms.of(each), true, initiator));
    }

    /// What may change does not exclude an address.
    private static boolean isAt(LocalHost host, InetAddress own) {
        return switch (host) {
            case LocalHost.Address(var address) -> address.equals(own);
            case LocalHost.Interface _,LocalHost.Route _ -> true;
        };
    }

    private static boolean leadsTo(List<PeerHost> hosts, InetAddress peer) {
        return hosts.isEmpty() || hosts.stream().anyMatch(each -> switch (each) {
            case PeerHost.Address(var address) -> address.equals(peer);
            case PeerHost.Name _ -> true;
        });
    }

    private static Side shown(Negotiation negotiation) {
        Optional<Payload.Sa> offer = negotiation.first(Payload.Sa.class, negotiation.initiator());
        String proposals = offer.map(PhaseOneOffer::describe).map(all -> String.join(", ", all))
                .orElse("those that it has");
        // A peer that can choose any proposal would choose one with a pre-shared key, if there is one.
        boolean preShared = offer.flatMap(sa -> PhaseOneOffer.select(sa, (_, _) -> true))
                .map(each -> each.method() == AuthenticationMethod.PRE_SHARED_KEY).orElse(true);
        InetAddress own = negotiation.initiator();
        InetAddress peer = negotiation.responder();
        var connection = new Connection(UNNAMED, new LocalHost.Address(own), List.of(new PeerHost.Address(peer)),
                Ports.STANDARD, Ports.STANDARD, identity(negotiation, own), identity(negotiation, peer),
                new Authentication.PreShared(Secret.copyOf(new byte[1])), PhaseOneMode.MAIN, List.of(),
                Duration.ofHours(8), Encapsulation.AUTO, Fragmentation.DEFAULT, Uniqueness.REPLACE, Set.of(),
                new Dpd(Duration.ZERO, Duration.ZERO, Dpd.Action.CLEAR), Retransmission.DEFAULT, Hooks.NONE,
                List.of());
        return new Side(connection, new Terms(preShared, proposals), false, true);
    }

    /// Its address, where it does not call itself otherwise in clear.
    private static Identity identity(Negotiation negotiation, InetAddress host) {
        return negotiation.first(Payload.Identification.class, host).map(Identity::of)
                .orElseGet(() -> Identity.of(host));
    }

    InetAddress own(Negotiation negotiation) {
        return initiator ? negotiation.initiator() : negotiation.responder();
    }

    InetAddress peer(Negotiation negotiation) {
        return initiator ? negotiation.responder() : negotiation.initiator();
    }
}
