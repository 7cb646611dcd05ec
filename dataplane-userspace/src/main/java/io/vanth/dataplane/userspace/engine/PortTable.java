package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.userspace.port.EspTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The open sockets with their inbound agents. For the control thread.
final class PortTable {
    /// Makes an agent for a socket.
    @FunctionalInterface
    interface AgentMaker {
        InboundAgent agent(EspTransport transport);
    }

    private static final long LET_GO_SECONDS = 5;

    private final EngineDevices devices;
    private final Function<EspTransport, CompletableFuture<Void>> forgetting;
    private final AgentMaker maker;
    private final List<InboundAgent> agents = new ArrayList<>();
    /// Sockets that an outbound agent has not let go of yet, and their end; it never does after it has failed.
    private final Map<EspTransport, CompletableFuture<Void>> closing = new ConcurrentHashMap<>();

    /// @param forgetting has all senders let go of a socket
    PortTable(EngineDevices devices, Function<EspTransport, CompletableFuture<Void>> forgetting, AgentMaker maker) {
        this.devices = devices;
        this.forgetting = forgetting;
        this.maker = maker;
    }

    EspTransport open(InetSocketAddress local) throws DataPlaneException {
        awaitClosed(local);
        try {
            return start(devices.openTransport(local));
        } catch (IOException refused) {
            throw new DataPlaneException("cannot open UDP %s: %s".formatted(local, refused.getMessage()), refused);
        }
    }

    /// The socket that had the address a moment ago is in the way until nobody sends with it. After a failure that is
    /// for ever, and the system then says who has the address.
    private void awaitClosed(InetSocketAddress local) throws DataPlaneException {
        for (Map.Entry<EspTransport, CompletableFuture<Void>> each : closing.entrySet()) {
            if (!each.getKey().isRaw() && each.getKey().local().equals(local)) {
                try {
                    each.getValue().completeOnTimeout(null, LET_GO_SECONDS, TimeUnit.SECONDS).get();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new DataPlaneException("interrupted while UDP %s was closed".formatted(local), interrupted);
                } catch (ExecutionException broken) {
                    throw new DataPlaneException("cannot close UDP %s: %s".formatted(local, broken.getCause()), broken);
                }
            }
        }
    }

    private EspTransport start(EspTransport transport) {
        try {
            InboundAgent agent = maker.agent(transport);
            agent.start();
            agents.add(agent);
            return transport;
        } catch (RuntimeException | Error failed) {
            transport.close();
            throw failed;
        }
    }

    /// The raw sockets, opened when they are needed first.
    EspTransport raw() throws DataPlaneException {
        for (InboundAgent agent : agents) {
            if (agent.transport().isRaw()) {
                return agent.transport();
            }
        }
        try {
            return start(devices.openRaw());
        } catch (IOException refused) {
            throw new DataPlaneException("cannot open raw sockets for SAs without UDP encapsulation: %s%s".formatted(
                    refused.getMessage(), devices.permitsRaw()
                            ? ""
                            : "; give the process the capability NET_RAW, or let ESP go in UDP"),
                    refused);
        }
    }

    /// The socket on `local`, be it by the wildcard address of its family.
    EspTransport find(InetSocketAddress local) throws DataPlaneException {
        for (InboundAgent agent : agents) {
            InetSocketAddress bound = agent.transport().local();
            if (!agent.transport().isRaw() && bound.getPort() == local.getPort()
                    && takes(bound.getAddress(), local.getAddress())) {
                return agent.transport();
            }
        }
        throw new DataPlaneException("no NAT traversal port is open on %s:%d; open it before an SA uses it"
                .formatted(local.getAddress().getHostAddress(), local.getPort()));
    }

    /// A socket carries one family only, also on its wildcard address.
    private static boolean takes(InetAddress bound, InetAddress local) {
        return bound.equals(local)
                || bound.isAnyLocalAddress() && bound.getAddress().length == local.getAddress().length;
    }

    /// Closes a socket after all agents have let go of it. No SA uses it any more.
    void close(EspTransport transport) {
        for (InboundAgent agent : List.copyOf(agents)) {
            if (agent.transport().equals(transport)) {
                agents.remove(agent);
                agent.stop();
                CompletableFuture<Void> closed = new CompletableFuture<>();
                closing.put(transport, closed);
                var _ = forgetting.apply(transport).whenComplete((done, error) -> {
                    transport.close();
                    closing.remove(transport);
                    closed.complete(null);
                });
            }
        }
    }

    /// Ends all; the outbound agents have ended before.
    void closeAll() {
        agents.forEach(Agent::stop);
        agents.forEach(agent -> agent.transport().close());
        agents.clear();
        closing.keySet().forEach(EspTransport::close);
        closing.clear();
    }
}
