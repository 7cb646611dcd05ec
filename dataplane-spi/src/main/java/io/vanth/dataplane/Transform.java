package io.vanth.dataplane;

import java.util.Optional;

/// What an SA does to a packet.
public sealed interface Transform permits EspTransform, AhTransform, IpcompTransform {
    /// The protocol that carries it.
    SecurityProtocol protocol();

    /// The bytes of KEYMAT that one direction takes: cipher key, salt, integrity key, in this order.
    int keyBytes();

    /// The integrity algorithm, unless a combined-mode cipher does its work or there is no integrity.
    Optional<Integrity> integrity();

    /// Whether packets have an ICV: without one anybody can write their sequence numbers and addresses.
    boolean isAuthenticated();
}
