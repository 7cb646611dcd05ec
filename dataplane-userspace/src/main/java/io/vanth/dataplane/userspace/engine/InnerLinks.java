package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.userspace.port.EspTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// The devices of route-based tunnels. Each comes with the first policy that names it and goes with the last; when all
/// end without that, the devices stay as they are, with the operator's routes, and packets end there. For the control
/// thread.
final class InnerLinks {
    /// Makes the agent that takes what is routed into a device.
    @FunctionalInterface
    interface AgentMaker {
        OutboundAgent agent(RemovableTun tun, Tables tables, EngineProxy proxy);
    }

    private final EngineDevices devices;
    private final String owner;
    private final Tables host;
    private final AgentMaker maker;
    private final Map<String, InnerLink> links = new LinkedHashMap<>();

    /// @param owner by what a later run of the same daemon knows the devices
    /// @param host  the tables of the packets of the host
    InnerLinks(EngineDevices devices, String owner, Tables host, AgentMaker maker) {
        this.devices = devices;
        this.owner = owner;
        this.host = host;
        this.maker = maker;
    }

    /// The device of that description, made where there is none yet.
    InnerLink open(TunnelInterface wanted) throws DataPlaneException {
        InnerLink there = links.get(wanted.name());
        if (there == null) {
            there = make(wanted);
            links.put(wanted.name(), there);
        } else if (!there.wanted().equals(wanted)) {
            throw new DataPlaneException("interface %s has MTU %d for another policy, not %d".formatted(wanted.name(),
                    there.wanted().mtu(), wanted.mtu()));
        }
        return there;
    }

    private InnerLink make(TunnelInterface wanted) throws DataPlaneException {
        try {
            var tun = new RemovableTun(devices.openInterface(wanted, owner));
            Tables tables = host.beside();
            var proxy = new EngineProxy(tun);
            OutboundAgent agent = maker.agent(tun, tables, proxy);
            agent.start();
            return new InnerLink(wanted, tun, tables, proxy, agent);
        } catch (IOException refused) {
            throw new DataPlaneException("cannot make interface %s: %s".formatted(wanted.name(), refused.getMessage()),
                    refused);
        }
    }

    /// Says what device the packets of each group come out of, and removes devices without policies.
    void publish() {
        Map<SaGroup, InnerLink> ways = new HashMap<>();
        List<InnerLink> idle = new ArrayList<>();
        for (InnerLink link : links.values()) {
            if (link.tables().policies().rules().isEmpty()) {
                idle.add(link);
            }
            for (Policy policy : link.tables().list()) {
                if (policy.action() instanceof Policy.Protect(var group, _, _)) {
                    ways.put(group, link);
                }
            }
        }
        host.lead(ways);
        for (InnerLink link : idle) {
            links.remove(link.wanted().name());
            link.stop();
            link.tun().remove();
        }
    }

    /// The tables that have a policy of that name.
    Optional<InnerLink> having(String policy) {
        return links.values().stream().filter(link -> link.tables().policies().find(policy).isPresent()).findFirst();
    }

    /// The policies of all devices.
    Stream<Policy> policies() {
        return links.values().stream().flatMap(link -> link.tables().list().stream());
    }

    /// Removes what an earlier run left and no policy needs.
    void settle() throws DataPlaneException {
        try {
            devices.removeInterfaces(owner, links.keySet());
        } catch (IOException refused) {
            throw new DataPlaneException("cannot remove an interface that an earlier run left: "
                    + refused.getMessage(), refused);
        }
    }

    /// Lets go of a socket that no SA uses any more.
    CompletableFuture<Void> forget(EspTransport transport) {
        return CompletableFuture.allOf(links.values().stream().map(link -> link.proxy().forget(transport))
                .toArray(CompletableFuture[]::new));
    }

    /// From here on nothing is taken from the devices.
    void stop() {
        links.values().forEach(InnerLink::stop);
    }

    /// Gives the devices back; `open` says that they go too.
    void close(boolean open) {
        for (InnerLink link : links.values()) {
            if (open) {
                link.tun().remove();
            } else {
                link.tun().close();
            }
        }
        links.clear();
    }
}
