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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
    /// The names of those of no tunnel that the data plane did not let go.
    private final Set<String> leftovers = new LinkedHashSet<>();

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
            CompletionStage<Void> adding = Answers.of(() -> plane.addPolicy(each));
            exchange.added().add(each);
            try {
                Answers.await(adding);
            } catch (StartException refused) {
                if (adding.toCompletableFuture().isCompletedExceptionally()) {
                    exchange.added().removeLast();
                }
                giveUp(exchange, refused);
                throw refused;
            }
        }
        return exchange;
    }

    /// The tunnels that [#add(List)] would give another order and nothing else: they moved, or make room for others.
    List<String> reordered(List<Connection> connections) {
        return planned(connections).entrySet().stream()
                .filter(each -> Optional.ofNullable(policies.get(each.getKey()))
                        .filter(old -> !old.equals(each.getValue()) && isSame(old, each.getValue())).isPresent())
                .map(Map.Entry::getKey).toList();
    }

    /// What is in one of them only.
    private static List<Policy> without(Map<String, Policy> all, Map<String, Policy> others) {
        return all.entrySet().stream().filter(each -> !each.getValue().equals(others.get(each.getKey())))
                .map(Map.Entry::getValue).toList();
    }

    /// Takes away what a change has added, or may have: the data plane adds it yet where it has not answered in time, and
    /// removes it after that.
    void giveUp(Exchange exchange, StartException why) {
        for (Policy each : exchange.added().reversed()) {
            try {
                Answers.await(Answers.of(() -> plane.removePolicy(each.name())));
            } catch (StartException refused) {
                leftovers.add(each.name());
                why.addSuppressed(refused);
            }
        }
    }

    /// Takes away what a change has replaced. What the data plane does not let go is told, and does no harm but to protect
    /// what is not to be protected any more; the next change tries it again.
    void complete(Exchange exchange) {
        Map<String, Policy> before = policies;
        policies = exchange.next();
        without(before, policies).forEach(each -> leftovers.add(each.name()));
        for (String each : List.copyOf(leftovers)) {
            try {
                Answers.await(Answers.of(() -> plane.removePolicy(each)));
                leftovers.remove(each);
            } catch (StartException refused) {
                LOG.error("policy '{}' stays although it is of no tunnel any more: {}", each, refused.getMessage());
            }
        }
    }

    /// What there is to be, in the order in which it is looked at.
    private Map<String, Policy> planned(List<Connection> connections) {
        List<Policy> raw = connections.stream()
                .flatMap(each -> each.tunnels().stream().map(tunnel -> policy(each, tunnel)))
                .toList();
        Set<String> taken = new HashSet<>(leftovers);
        policies.values().forEach(each -> taken.add(each.name()));
        Map<String, Policy> planned = new LinkedHashMap<>();
        int last = Orders.belowTunnels();
        for (int index = 0; index < raw.size(); index++) {
            Policy wanted = raw.get(index);
            Optional<Policy> old = kept(wanted, last);
            if (old.isPresent() && isSame(old.get(), wanted)) {
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

    private static String free(String name, Set<String> taken) {
        String free = name;
        for (int version = 1; !taken.add(free); version++) {
            free = "%s~%d".formatted(name, version);
        }
        return free;
    }

    private static boolean isSame(Policy one, Policy other) {
        return ordered(one, other.name(), other.order()).equals(other);
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
