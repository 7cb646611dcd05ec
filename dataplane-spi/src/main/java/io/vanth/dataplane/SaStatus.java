package io.vanth.dataplane;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/// An installed SA as [DataPlane#associations()] lists it; no keys.
///
/// @param peer the address and port the SA's packets go to or come from; the port is 0 without UDP encapsulation
public record SaStatus(SaId id, Direction direction, Mode mode, Transform transform, List<TrafficPair> selectors,
        InetSocketAddress peer, SaGroup group, Instant installed, TrafficCounters counters) {
    public SaStatus {
        selectors = List.copyOf(selectors);
    }
}
