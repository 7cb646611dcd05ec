package io.vanth.ike.policy;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import java.time.Duration;
import java.util.List;

/// One pair of networks that a connection protects: a phase 2 SA pair when it is up.
///
/// @param name      unique in its connection
/// @param group     ties its SAs to its policy in the data plane; unique in the configuration
/// @param proposals in order of preference
/// @param lifetime  of its SAs; they are rekeyed before it ends
public record Tunnel(String name, SaGroup group, TrafficPair traffic, List<EspProposal> proposals, Duration lifetime,
        StartMode start) {
    public Tunnel {
        proposals = List.copyOf(proposals);
    }
}
