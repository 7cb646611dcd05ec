package io.vanth.ike.policy;

import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TunnelInterface;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One pair of networks that a connection protects: a phase 2 SA pair when it is up.
///
/// @param name      unique in its connection
/// @param group     ties its SAs to its policy in the data plane; unique in the configuration
/// @param proposals in order of preference
/// @param lifetime  of its SAs; they are rekeyed before it ends
/// @param via       the interface of a route-based tunnel: what is routed into it is protected. Else the networks decide
/// @param flow      what its packets hide of lengths and times
public record Tunnel(String name, SaGroup group, TrafficPair traffic, List<EspProposal> proposals, Duration lifetime,
        StartMode start, Optional<TunnelInterface> via, FlowConfidentiality flow) {
    /// One whose networks decide, and whose packets are as long as they are.
    public Tunnel(String name, SaGroup group, TrafficPair traffic, List<EspProposal> proposals, Duration lifetime,
            StartMode start) {
        this(name, group, traffic, proposals, lifetime, start, Optional.empty(), FlowConfidentiality.NONE);
    }

    public Tunnel {
        proposals = List.copyOf(proposals);
    }

    /// The same in another group.
    public Tunnel in(SaGroup other) {
        return new Tunnel(name, other, traffic, proposals, lifetime, start, via, flow);
    }
}
