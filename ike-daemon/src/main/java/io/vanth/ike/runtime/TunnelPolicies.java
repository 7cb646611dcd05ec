package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.ike.manual.Orders;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.Tunnel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The policies of tunnels in the data plane. When they change, the new ones come before the old ones go, so that nothing
/// passes in clear in between, and giving up is to take the new ones away again. Those that are still the same are not
/// touched. All methods block; not thread-safe.
final class TunnelPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelPolicies.class);

    private final DataPlane plane;
    /// By `connection/tunnel`, as the data plane has them.
    private Map<String, Policy> policies = new LinkedHashMap<>();
    private int versions;

    /// A change that has begun: what there will be, and what of it is there already.
    record Exchange(Map<String, Policy> next, List<Policy> added) {}

    TunnelPolicies(DataPlane plane) {
        this.plane = plane;
    }

    /// Adds those of the start.
    void begin(List<Connection> connections) throws StartException {
        Exchange first = add(connections);
        policies = first.next();
    }

    /// Adds what is new for `connections`; what it replaces stays until [#complete(Exchange)]. When the data plane refuses,
    /// it is as before.
    Exchange add(List<Connection> connections) throws StartException {
        Map<String, Policy> next = planned(connections);
        var exchange = new Exchange(next, new ArrayList<>());
        for (Policy each : without(next, policies)) {
            try {
                Daemon.await(plane.addPolicy(each));
            } catch (StartException refused) {
                giveUp(exchange, refused);
                throw refused;
            }
            exchange.added().add(each);
        }
        return exchange;
    }

    /// What is in one of them only.
    private static List<Policy> without(Map<String, Policy> all, Map<String, Policy> others) {
        return all.entrySet().stream().filter(each -> !each.getValue().equals(others.get(each.getKey())))
                .map(Map.Entry::getValue).toList();
    }

    /// Takes away what a change has added.
    void giveUp(Exchange exchange, StartException why) {
        for (Policy each : exchange.added().reversed()) {
            try {
                Daemon.await(plane.removePolicy(each.name()));
            } catch (StartException refused) {
                why.addSuppressed(refused);
            }
        }
    }

    /// Takes away what a change has replaced. What the data plane does not let go is told, and does no harm but to protect
    /// what is not to be protected any more.
    void complete(Exchange exchange) {
        Map<String, Policy> before = policies;
        policies = exchange.next();
        for (Policy each : without(before, policies)) {
            try {
                Daemon.await(plane.removePolicy(each.name()));
            } catch (StartException refused) {
                LOG.error("policy '{}' stays although it is of no tunnel any more: {}", each.name(),
                        refused.getMessage());
            }
        }
    }

    /// What there is to be, in the order in which it is looked at.
    private Map<String, Policy> planned(List<Connection> connections) {
        List<Policy> raw = connections.stream()
                .flatMap(each -> each.tunnels().stream().map(tunnel -> policy(each, tunnel)))
                .toList();
        Set<String> taken = new HashSet<>();
        policies.values().forEach(each -> taken.add(each.name()));
        Map<String, Policy> planned = new LinkedHashMap<>();
        int last = Orders.belowTunnels();
        for (int index = 0; index < raw.size(); index++) {
            Policy wanted = raw.get(index);
            Optional<Policy> old = kept(wanted, last);
            if (old.isPresent() && ordered(wanted, wanted.name(), 0).equals(ordered(old.get(), wanted.name(), 0))) {
                planned.put(wanted.name(), old.get());
                last = old.get().order();
            } else {
                last = old.map(Policy::order).orElse(room(raw, index, last));
                planned.put(wanted.name(), ordered(wanted, free(wanted.name(), taken), last));
            }
        }
        return planned;
    }

    /// What there is of the same tunnel, if it stands behind `last`.
    private Optional<Policy> kept(Policy wanted, int last) {
        return Optional.ofNullable(policies.get(wanted.name())).filter(each -> each.order() > last);
    }

    /// An order behind `last`, and before what comes next and stays where it is.
    private int room(List<Policy> raw, int index, int last) {
        if (policies.isEmpty()) {
            return Orders.between(last, OptionalInt.empty());
        }
        OptionalInt next = raw.stream().skip(index + 1L).flatMap(each -> kept(each, last).stream())
                .mapToInt(Policy::order).findFirst();
        return Orders.between(last, next);
    }

    private String free(String name, Set<String> taken) {
        String free = name;
        while (!taken.add(free)) {
            free = "%s~%d".formatted(name, ++versions);
        }
        return free;
    }

    private static Policy ordered(Policy policy, String name, int order) {
        return new Policy(name, order, policy.traffic(), policy.action(), policy.via());
    }

    private static Policy policy(Connection connection, Tunnel tunnel) {
        return new Policy(connection.name() + "/" + tunnel.name(), 0, tunnel.traffic(),
                new Policy.Protect(tunnel.group(), List.of(tunnelTo(connection)), connection.acquires(tunnel)),
                tunnel.via());
    }

    /// The peer is known where it has one address.
    private static Layer tunnelTo(Connection connection) {
        Optional<InetAddress> peer = connection.remoteHosts().size() == 1
                && connection.remoteHosts().getFirst() instanceof PeerHost.Address(var address)
                        ? Optional.of(address)
                        : Optional.empty();
        return new Layer(SecurityProtocol.ESP, Mode.TUNNEL, peer, true);
    }
}
