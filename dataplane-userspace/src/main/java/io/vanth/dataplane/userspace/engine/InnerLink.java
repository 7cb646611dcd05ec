package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.userspace.port.EspTransport;
import java.util.concurrent.CompletableFuture;

/// The TUN device of route-based tunnels, with what decides about its packets and the agent that takes them. For the
/// control thread, but for what never changes.
final class InnerLink {
    private final TunnelInterface wanted;
    private final RemovableTun tun;
    private final Tables tables;
    private final EngineProxy proxy;
    private final AgentCounters counters;
    private OutboundAgent agent;
    private boolean lost;

    /// @param tables its own policies, and the SAs of all
    /// @param proxy  the way to its agent, whichever that is
    InnerLink(TunnelInterface wanted, RemovableTun tun, Tables tables, EngineProxy proxy, AgentCounters counters) {
        this.wanted = wanted;
        this.tun = tun;
        this.tables = tables;
        this.proxy = proxy;
        this.counters = counters;
    }

    TunnelInterface wanted() {
        return wanted;
    }

    RemovableTun tun() {
        return tun;
    }

    Tables tables() {
        return tables;
    }

    EngineProxy proxy() {
        return proxy;
    }

    AgentCounters counters() {
        return counters;
    }

    /// Starts the agent that takes from now on what is routed into the device.
    void start(OutboundAgent now) {
        now.start();
        agent = now;
        lost = false;
    }

    /// Whether that agent is its present one.
    @SuppressWarnings("ReferenceEquality") // an agent is itself alone
    boolean has(Agent other) {
        return agent == other;
    }

    /// Whether somebody has removed the device, and there is none in its place yet.
    boolean isLost() {
        return lost;
    }

    /// Ends what stood on a device that somebody has removed.
    void lose() {
        agent.stop();
        refuse();
        tun.lose();
        lost = true;
    }

    /// Answers what was asked after the agent's end.
    void refuse() {
        agent.end();
    }

    /// Has a socket used no more; done when that is so.
    CompletableFuture<Void> forget(EspTransport transport) {
        return lost ? CompletableFuture.completedFuture(null) : proxy.forget(transport);
    }

    /// From here on its agent takes nothing.
    void stop() {
        agent.stop();
        if (lost) {
            refuse();
        }
    }
}
