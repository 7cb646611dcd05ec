package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.TunnelInterface;

/// The TUN device of route-based tunnels, with what decides about its packets and the agent that takes them.
///
/// @param tables its own policies, and the SAs of all
/// @param proxy  the way to its agent
record InnerLink(TunnelInterface wanted, RemovableTun tun, Tables tables, EngineProxy proxy, OutboundAgent agent) {
    /// From here on its agent takes nothing.
    void stop() {
        agent.stop();
    }
}
