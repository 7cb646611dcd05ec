package io.vanth.ike.config;

import io.vanth.dataplane.SecurityProtocol;
import java.util.Set;

/// What manual SAs have to keep to, in a file or by command.
///
/// @param protocols         those that are on
/// @param natTraversalPort the UDP port that is open for ESP
public record ManualLimits(Set<SecurityProtocol> protocols, int natTraversalPort) {
    public ManualLimits {
        protocols = Set.copyOf(protocols);
    }
}
