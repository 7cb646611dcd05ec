package io.vanth.ike.exchange;

import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.VendorId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The vendor ids that announce what is spoken here. They never decide on security.
public final class VendorIds {
    /// Dead peer detection, version 1.0 (RFC 3706 section 5.1).
    public static final VendorId DEAD_PEER_DETECTION = new VendorId(Bytes.ofHex("afcad71368a1f1c96b8696fc77570100"));
    /// Fragmentation: the MD5 hash of the word, and that it is meant for main mode and all else that is not aggressive.
    public static final VendorId FRAGMENTATION = new VendorId(
            Bytes.ofHex("4048b7d56ebce88525e7de7f00d6c2d380000000"));
    private static final int HASH_BYTES = 16;
    private static final int FRAGMENTS_WELCOME = 0x8000_0000;

    private VendorIds() {}

    /// What an initiator announces.
    public static List<VendorId> offered(Connection connection) {
        var vendorIds = new ArrayList<>(List.of(DEAD_PEER_DETECTION));
        if (connection.encapsulation() != Encapsulation.NO) {
            Arrays.stream(NatTraversal.values()).map(NatTraversal::vendorId).forEach(vendorIds::add);
        }
        if (connection.fragmentation().welcome()) {
            vendorIds.add(FRAGMENTATION);
        }
        return vendorIds;
    }

    /// What a responder answers to an initiator that announced `received`: what both speak and no more, since the answer
    /// may go to somebody who did not ask.
    public static List<VendorId> answer(Connection connection, List<Payload> received) {
        var vendorIds = new ArrayList<VendorId>();
        if (deadPeerDetection(received)) {
            vendorIds.add(DEAD_PEER_DETECTION);
        }
        natTraversal(connection, received).map(NatTraversal::vendorId).ifPresent(vendorIds::add);
        if (connection.fragmentation().welcome() && fragmentation(received)) {
            vendorIds.add(FRAGMENTATION);
        }
        return vendorIds;
    }

    /// The newest NAT traversal that both sides speak, if a NAT matters.
    public static Optional<NatTraversal> natTraversal(Connection connection, List<Payload> received) {
        return connection.encapsulation() == Encapsulation.NO ? Optional.empty() : NatTraversal.newest(received);
    }

    /// Whether `payloads` announce dead peer detection.
    public static boolean deadPeerDetection(List<Payload> payloads) {
        return payloads.contains(DEAD_PEER_DETECTION);
    }

    /// Whether `payloads` announce that fragments are put together. The flags behind the hash are absent in old peers.
    public static boolean fragmentation(List<Payload> payloads) {
        return payloads.stream().filter(VendorId.class::isInstance).map(Payload::body)
                .anyMatch(VendorIds::announcesFragmentation);
    }

    private static boolean announcesFragmentation(Bytes body) {
        Bytes hash = FRAGMENTATION.body().slice(0, HASH_BYTES);
        return body.equals(hash) || body.length() == FRAGMENTATION.body().length()
                && body.slice(0, HASH_BYTES).equals(hash) && (body.intAt(HASH_BYTES) & FRAGMENTS_WELCOME) != 0;
    }
}
