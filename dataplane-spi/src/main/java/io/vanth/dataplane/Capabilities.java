package io.vanth.dataplane;

import java.util.Set;

/// What a data plane can do.
///
/// @param ciphers                ESP ciphers
/// @param integrities            integrity algorithms
/// @param protocols              ESP, AH, IPComp
/// @param modes                  tunnel, transport
/// @param rawEsp                 whether ESP can go without UDP encapsulation
/// @param largestReplayWindow    in packets
/// @param extendedSequenceNumbers RFC 4304
/// @param ownsNatTraversalPort   whether [DataPlane#openNatTraversalPort] works; else the daemon owns UDP 4500
public record Capabilities(Set<Cipher> ciphers, Set<Integrity> integrities, Set<SecurityProtocol> protocols,
        Set<Mode> modes, boolean rawEsp, int largestReplayWindow, boolean extendedSequenceNumbers,
        boolean ownsNatTraversalPort) {
    public Capabilities {
        ciphers = Set.copyOf(ciphers);
        integrities = Set.copyOf(integrities);
        protocols = Set.copyOf(protocols);
        modes = Set.copyOf(modes);
    }
}
