package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The devices of route-based tunnels. Each comes with the first policy that names it and goes with the last; when all
/// end without that, the devices stay as they are, with the operator's routes, and packets end there. For the control
/// thread.
final class InnerLinks {
    /// Makes the agent that takes what is routed into a device.
    @FunctionalInterface
    interface AgentMaker {
        OutboundAgent agent(RemovableTun tun, Tables tables, EngineProxy proxy, AgentCounters counters);
    }

    private static final Logger LOG = LoggerFactory.getLogger(InnerLinks.class);

    private final EngineDevices devices;
    private final String owner;
    private final Tables host;
    private final CounterSums counters;
    private final AgentMaker maker;
    private final Map<String, InnerLink> links = new LinkedHashMap<>();

    /// @param owner by what a later run of the same daemon knows the devices
    /// @param host  the tables of the packets of the host
    InnerLinks(EngineDevices devices, String owner, Tables host, CounterSums counters, AgentMaker maker) {
        this.devices = devices;
        this.owner = owner;
        this.host = host;
        this.counters = counters;
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
        TunDevice device;
        try {
            device = devices.openInterface(wanted, owner);
        } catch (IOException refused) {
            throw new DataPlaneException("cannot make interface %s: %s".formatted(wanted.name(), refused.getMessage()),
                    refused);
        }
        var tun = new RemovableTun(device);
        var link = new InnerLink(wanted, tun, host.beside(), new EngineProxy(tun), counters.open());
        try {
            start(link);
        } catch (RuntimeException | OutOfMemoryError refused) { // no memory for its buffers, or for one more thread
            tun.abandon();
            counters.retire(link.counters());
            throw new DataPlaneException("cannot serve interface %s: %s".formatted(wanted.name(), refused), refused);
        }
        return link;
    }

    private void start(InnerLink link) {
        link.start(maker.agent(link.tun(), link.tables(), link.proxy(), link.counters()));
    }

    /// The device of that agent was removed. It is made again with [#mend()].
    void lose(Agent agent, DeviceLostException cause) {
        links.values().stream().filter(link -> link.has(agent) && !link.isLost()).forEach(link -> {
            LOG.error("somebody has removed the {}: it is made again, without the addresses and routes it had",
                    cause.getMessage());
            link.lose();
            mend(link, true);
        });
    }

    /// Tries again to replace devices that somebody has removed.
    void mend() {
        for (InnerLink link : links.values()) {
            if (link.isLost()) {
                mend(link, false);
            }
        }
    }

    private void mend(InnerLink link, boolean first) {
        try {
            link.tun().replace(devices.openInterface(link.wanted(), owner));
            start(link);
            LOG.info("interface {} is there again", link.wanted().name());
        } catch (IOException | RuntimeException | OutOfMemoryError refused) {
            link.tun().abandon();
            link.refuse();
            if (first) {
                LOG.error("cannot make interface {} again, and goes on trying: {}", link.wanted().name(),
                        refused.getMessage());
            }
        }
    }

    /// Says what device the packets of each group come out of, and removes devices without policies.
    void publish() {
        publish(RemovableTun::remove);
    }

    /// The same after a policy was refused: what an earlier run left stays, with the operator's routes.
    void withdraw() {
        publish(RemovableTun::abandon);
    }

    private void publish(Consumer<RemovableTun> farewell) {
        Map<SaGroup, InnerLink> ways = new HashMap<>();
        List<InnerLink> idle = new ArrayList<>();
        for (InnerLink link : links.values()) {
            if (link.tables().policies().isEmpty()) {
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
            farewell.accept(link.tun());
            counters.retire(link.counters());
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
        return CompletableFuture.allOf(links.values().stream().map(link -> link.forget(transport))
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
