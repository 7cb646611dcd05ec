package io.vanth.ike.exchange;

import io.vanth.ike.crypto.Prf;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.Payload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// NAT-D payloads: hashes of cookies, address and port (RFC 3947 section 3.2).
///
/// @param initiator the initiator's cookie
/// @param responder the responder's cookie
/// @param spoken    the NAT traversal whose payload numbers are used
public record NatDiscovery(NatTraversal spoken, Prf prf, Cookie initiator, Cookie responder, Path path,
        Encapsulation encapsulation) {
    /// The peer's end first, then our own; to force encapsulation our own is made wrong, as if a NAT had changed it.
    public List<Payload> payloads() {
        Bytes own = hash(path.local());
        Bytes told = encapsulation == Encapsulation.YES ? prf.digest(own) : own;
        return List.of(payload(hash(path.remote())), payload(told));
    }

    private Payload payload(Bytes hash) {
        return new Payload.NatDiscovery(spoken.discovery().code(), hash);
    }

    /// What the peer's payloads say: the first is about us, all others about its own addresses.
    public NatFindings findings(List<Payload> received) {
        List<Bytes> hashes = received.stream()
                .filter(payload -> payload instanceof Payload.NatDiscovery
                        && payload.type() == spoken.discovery().code())
                .map(Payload::body).toList();
        if (hashes.size() < 2) {
            return NatFindings.NONE;
        }
        boolean localNat = !hashes.getFirst().equals(hash(path.local()));
        boolean remoteNat = !hashes.subList(1, hashes.size()).contains(hash(path.remote()));
        return new NatFindings(Optional.of(spoken), localNat || encapsulation == Encapsulation.YES, remoteNat);
    }

    private Bytes hash(InetSocketAddress end) {
        return prf.digest(initiator.bytes(), responder.bytes(), Bytes.of(end.getAddress().getAddress()),
                Bytes.of((byte) (end.getPort() >>> 8), (byte) end.getPort()));
    }
}
