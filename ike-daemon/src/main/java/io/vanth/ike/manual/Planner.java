package io.vanth.ike.manual;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the associations that each policy wants (RFC 4301 section 4.4.1.2), and so what goes into a data plane.
final class Planner {
    /// Orders from here on come behind the tunnels of connections.
    static final int BEHIND = 10_000;
    /// The first order of the tunnels of connections in the data plane.
    static final int TUNNELS = 2 * BEHIND;
    private static final int FAR = 1 << 24;

    private final AssociationIndex associations;
    private final Groups groups;
    private final Map<SaGroup, Service> services = new LinkedHashMap<>();
    private final List<Served> served = new ArrayList<>();
    private final Map<String, SaGroup> users = new LinkedHashMap<>();
    private final Set<SaGroup> leaving = new HashSet<>();
    private final List<Bundle> bundles = new ArrayList<>();
    private final List<Lack> lacks = new ArrayList<>();

    /// The layers of a group, and whose packets go through them.
    private record Service(List<Leg> legs, List<TrafficPair> traffic, Set<String> policies) {}

    /// A policy of the data plane in the making; without a group it does not protect.
    private record Served(String name, int order, TrafficPair traffic, ManualPolicy.Action action,
            Optional<SaGroup> group) {}

    private Planner(Collection<ManualAssociation> associations, Groups groups) {
        this.associations = new AssociationIndex(associations);
        this.groups = groups;
    }

    static Plan plan(Collection<ManualAssociation> associations, Collection<ManualPolicy> policies, Groups groups) {
        return new Planner(associations, groups).plan(policies);
    }

    private Plan plan(Collection<ManualPolicy> policies) {
        policies.forEach(this::serve);
        services.forEach(this::bundle);
        return new Plan(served.stream().map(this::policy).toList(), bundles, lacks, users.keySet());
    }

    private void serve(ManualPolicy policy) {
        if (policy.action() instanceof ManualPolicy.Protect(var layers)) {
            Optional<Ends> hosts = hosts(policy.traffic());
            List<Leg> legs = legs(layers, hosts);
            if (legs.size() == layers.size()) {
                protect(policy, policy.name(), order(policy, false), policy.traffic(), legs);
            } else {
                serveEach(policy, layers, layers.get(legs.size()));
            }
        } else {
            served.add(new Served(policy.name(), order(policy, false), policy.traffic(), policy.action(),
                    Optional.empty()));
        }
    }

    /// The ends come from the packet: of each peer that there are associations with, and then all others.
    private void serveEach(ManualPolicy policy, List<ManualLayer> layers, ManualLayer open) {
        TrafficPair traffic = policy.traffic();
        for (Ends ends : associations.partners(open, traffic)) {
            var one = new TrafficPair(host(traffic.local(), AddressRange.host(ends.local())),
                    host(traffic.remote(), AddressRange.host(ends.remote())));
            protect(policy, policy.name() + "@" + ends, order(policy, true), one, legs(layers, Optional.of(ends)));
        }
        boolean optional = layers.stream().noneMatch(ManualLayer::required);
        served.add(new Served(policy.name(), order(policy, false), traffic,
                optional ? new ManualPolicy.Bypass() : new ManualPolicy.Discard(), Optional.empty()));
    }

    private static TrafficSelector host(TrafficSelector selector, AddressRange one) {
        return new TrafficSelector(one, selector.protocol(), selector.firstPort(), selector.lastPort());
    }

    /// Two for each, so that those of single peers come first.
    private static int order(ManualPolicy policy, boolean first) {
        int order = 2 * policy.order() + (first ? 0 : 1);
        return policy.order() < BEHIND ? order : FAR + order;
    }

    private static Optional<Ends> hosts(TrafficPair traffic) {
        AddressRange local = traffic.local().addresses();
        AddressRange remote = traffic.remote().addresses();
        return local.first().equals(local.last()) && remote.first().equals(remote.last())
                ? Optional.of(new Ends(local.first(), remote.first()))
                : Optional.empty();
    }

    /// Up to the first of which it is not known between whom it goes.
    private static List<Leg> legs(List<ManualLayer> layers, Optional<Ends> packet) {
        List<Leg> legs = new ArrayList<>();
        Optional<Ends> ends = packet;
        for (ManualLayer layer : layers) {
            ends = layer.ends().or(() -> legs.isEmpty() ? packet : Optional.of(legs.getLast().ends()));
            if (ends.isEmpty()) {
                return legs;
            }
            legs.add(new Leg(layer.protocol(), layer.mode(), ends.get(), layer.required(), layer.number()));
        }
        return legs;
    }

    private void protect(ManualPolicy policy, String name, int order, TrafficPair traffic, List<Leg> legs) {
        SaGroup group = groups.of(legs);
        Service service = services.computeIfAbsent(group,
                _ -> new Service(legs, new ArrayList<>(), new LinkedHashSet<>()));
        service.traffic.add(traffic);
        service.policies.add(policy.name());
        served.add(new Served(name, order, traffic, policy.action(), Optional.of(group)));
    }

    private void bundle(SaGroup group, Service service) {
        if (!oneWay(group, service, Direction.INBOUND).isEmpty()) {
            extras(group, service);
        }
        if (!oneWay(group, service, Direction.OUTBOUND).isEmpty()) {
            leaving.add(group);
        }
    }

    private List<ManualAssociation> oneWay(SaGroup group, Service service, Direction direction) {
        List<ManualAssociation> layers = new ArrayList<>();
        boolean complete = true;
        for (Leg leg : service.legs) {
            Optional<ManualAssociation> found = associations.newest(leg, direction)
                    .filter(each -> isFree(each, group, service));
            found.ifPresent(layers::add);
            if (found.isEmpty() && leg.required()) {
                complete = false;
                lack(service, "there is no %s association for %s".formatted(direction == Direction.OUTBOUND
                        ? "outbound"
                        : "inbound", leg));
            }
        }
        if (!complete || layers.isEmpty()) {
            return List.of();
        }
        use(group, service, direction, layers);
        return layers;
    }

    private void use(SaGroup group, Service service, Direction direction, List<ManualAssociation> layers) {
        layers.forEach(each -> users.put(each.name(), group));
        bundles.add(new Bundle(direction, group, layers, service.traffic));
    }

    /// A peer may still use an older one.
    private void extras(SaGroup group, Service service) {
        for (Leg leg : service.legs) {
            associations.all(leg, Direction.INBOUND).stream().filter(each -> !users.containsKey(each.name()))
                    .forEach(each -> use(group, service, Direction.INBOUND, List.of(each)));
        }
    }

    private boolean isFree(ManualAssociation association, SaGroup group, Service service) {
        SaGroup user = users.get(association.name());
        if (user != null && !user.equals(group)) {
            lack(service, "association '%s' serves policy '%s', which wants other layers".formatted(association.name(),
                    services.get(user).policies.iterator().next()));
            return false;
        }
        return true;
    }

    private void lack(Service service, String reason) {
        service.policies.forEach(policy -> lacks.add(new Lack(policy, reason)));
    }

    /// While there is no SA of a group whose layers are all optional, its packets go in clear.
    private Policy policy(Served each) {
        Policy.Action action = switch (each.action) {
            case ManualPolicy.Bypass() -> new Policy.Bypass();
            case ManualPolicy.Discard() -> new Policy.Discard();
            case ManualPolicy.Protect _ -> {
                SaGroup group = each.group.orElseThrow();
                List<Leg> legs = services.get(group).legs;
                yield leaving.contains(group) || legs.stream().anyMatch(Leg::required)
                        ? new Policy.Protect(group, legs.stream().map(Leg::layer).toList(), false)
                        : new Policy.Bypass();
            }
        };
        return new Policy(each.name, each.order, each.traffic, action);
    }
}
