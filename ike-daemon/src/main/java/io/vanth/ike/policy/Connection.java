package io.vanth.ike.policy;

import io.vanth.dataplane.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A peer and what is to be agreed with it.
///
/// @param name           unique in the configuration
/// @param localAddress   where our datagrams come from
/// @param remoteAddress  the peer, or empty for any (then it can only respond)
/// @param localPorts     our sockets
/// @param remotePorts    the peer's, when we begin
/// @param localId        what we call ourselves
/// @param remoteId       what the peer must call itself
/// @param preSharedKey   owned by the configuration, which outlives the SAs
/// @param proposals      phase 1, in order of preference
/// @param lifetime       of the ISAKMP SA
public record Connection(String name, InetAddress localAddress, Optional<InetAddress> remoteAddress, Ports localPorts,
        Ports remotePorts, Identity localId,
        Identity remoteId, Secret preSharedKey, List<IkeProposal> proposals, Duration lifetime,
        Encapsulation encapsulation, Dpd dpd, Retransmission retransmission, List<Tunnel> tunnels) {
    public Connection {
        proposals = List.copyOf(proposals);
        tunnels = List.copyOf(tunnels);
    }

    /// Whether `other` is between the same two identities.
    public boolean samePeer(Connection other) {
        return localId.equals(other.localId) && remoteId.equals(other.remoteId);
    }
}
