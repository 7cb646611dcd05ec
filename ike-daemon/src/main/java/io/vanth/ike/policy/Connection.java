package io.vanth.ike.policy;

import io.vanth.ike.identity.Identity;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// A peer and what is to be agreed with it.
///
/// @param name           unique in the configuration
/// @param local          where our datagrams come from
/// @param remoteHosts    where the peer is, tried in turn; none for any (then it can only respond)
/// @param localPorts     our sockets
/// @param remotePorts    the peer's, when we begin
/// @param localId        what we call ourselves; the unspecified address stands for the address of the moment
/// @param remoteId       what the peer must call itself
/// @param authentication owned by the configuration, which outlives the SAs
/// @param mode           the exchange that we begin with; as responder main mode is always answered
/// @param proposals      phase 1, in order of preference
/// @param lifetime       of the ISAKMP SA
/// @param allowed        the risks that the operator takes for this peer
public record Connection(String name, LocalHost local, List<PeerHost> remoteHosts, Ports localPorts,
        Ports remotePorts, Identity localId,
        Identity remoteId, Authentication authentication, PhaseOneMode mode, List<IkeProposal> proposals,
        Duration lifetime, Encapsulation encapsulation, Fragmentation fragmentation, Uniqueness uniqueness,
        Set<Risk> allowed, Dpd dpd,
        Retransmission retransmission, Hooks hooks, List<Tunnel> tunnels) {
    public Connection {
        remoteHosts = List.copyOf(remoteHosts);
        proposals = List.copyOf(proposals);
        allowed = Set.copyOf(allowed);
        tunnels = List.copyOf(tunnels);
    }

    /// Whether packets for a tunnel that is down bring it up: for a passive one, when its dead peer left it on hold.
    public boolean acquires(Tunnel tunnel) {
        return tunnel.start() != StartMode.PASSIVE || dpd.action() == Dpd.Action.HOLD;
    }

    /// This connection while our address is `own`.
    public Connection at(InetAddress own) {
        return localId.equals(Identity.unspecified(local.ipv6()))
                ? new Connection(name, local, remoteHosts, localPorts, remotePorts, Identity.of(own), remoteId,
                        authentication, mode, proposals, lifetime, encapsulation, fragmentation, uniqueness, allowed,
                        dpd, retransmission, hooks, tunnels)
                : this;
    }

    /// This connection with other tunnels.
    public Connection with(List<Tunnel> others) {
        return new Connection(name, local, remoteHosts, localPorts, remotePorts, localId, remoteId, authentication,
                mode, proposals, lifetime, encapsulation, fragmentation, uniqueness, allowed, dpd, retransmission,
                hooks, others);
    }

    /// Whether `other` is between the same two identities.
    public boolean samePeer(Connection other) {
        return localId.equals(other.localId) && remoteId.equals(other.remoteId);
    }
}
