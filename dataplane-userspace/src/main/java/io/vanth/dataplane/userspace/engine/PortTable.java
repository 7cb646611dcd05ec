package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.userspace.port.EspTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The open sockets with their inbound agents. For the control thread.
final class PortTable {
    /// Makes an agent for a socket.
    @FunctionalInterface
    interface AgentMaker {
        InboundAgent agent(EspTransport transport);
    }

    private final EngineDevices devices;
    private final EngineProxy outbound;
    private final AgentMaker maker;
    private final List<InboundAgent> agents = new ArrayList<>();

    PortTable(EngineDevices devices, EngineProxy outbound, AgentMaker maker) {
        this.devices = devices;
        this.outbound = outbound;
        this.maker = maker;
    }

    EspTransport open(InetSocketAddress local) throws DataPlaneException {
        EspTransport transport;
        try {
            transport = devices.openTransport(local);
        } catch (IOException refused) {
            throw new DataPlaneException("cannot open UDP %s: %s".formatted(local, refused.getMessage()), refused);
        }
        InboundAgent agent = maker.agent(transport);
        agents.add(agent);
        agent.start();
        return transport;
    }

    /// The socket on `local`, be it by a wildcard address.
    EspTransport find(InetSocketAddress local) throws DataPlaneException {
        for (InboundAgent agent : agents) {
            InetSocketAddress bound = agent.transport().local();
            if (bound.getPort() == local.getPort()
                    && (bound.getAddress().equals(local.getAddress()) || bound.getAddress().isAnyLocalAddress())) {
                return agent.transport();
            }
        }
        throw new DataPlaneException("no NAT traversal port is open on %s:%d; open it before an SA uses it"
                .formatted(local.getAddress().getHostAddress(), local.getPort()));
    }

    /// Closes a socket after both agents have let go of it.
    void close(EspTransport transport) {
        for (InboundAgent agent : List.copyOf(agents)) {
            if (agent.transport().equals(transport)) {
                agents.remove(agent);
                agent.stop();
                CompletableFuture<Void> forgotten = new CompletableFuture<>();
                outbound.tell(new EngineProxy.Command.ForgetTransport(transport, forgotten));
                var _ = forgotten.whenComplete((done, error) -> transport.close());
            }
        }
    }

    /// Ends all; the outbound agent has ended before.
    void closeAll() {
        agents.forEach(Agent::stop);
        agents.forEach(agent -> agent.transport().close());
        agents.clear();
    }
}
