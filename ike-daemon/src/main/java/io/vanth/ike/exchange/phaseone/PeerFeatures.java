package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.NatTraversal;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// What both sides speak beyond RFC 2409, as vendor ids announce it.
///
/// @param natTraversal      the newest that both sides speak
/// @param deadPeerDetection whether the peer speaks RFC 3706
public record PeerFeatures(Optional<NatTraversal> natTraversal, boolean deadPeerDetection) {
    /// Few differ, and a flood of negotiations shares them.
    private static final Map<PeerFeatures, PeerFeatures> SHARED = new ConcurrentHashMap<>();

    /// What the peer announces, as far as the connection wants it.
    public static PeerFeatures of(List<Payload> payloads, Connection connection) {
        return SHARED.computeIfAbsent(new PeerFeatures(VendorIds.natTraversal(connection, payloads),
                VendorIds.deadPeerDetection(payloads)), Function.identity());
    }
}
