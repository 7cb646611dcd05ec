package io.vanth.ike.manual;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Finds the associations that each policy wants (RFC 4301 section 4.4.1.2), and so what goes into a data plane.
final class Planner {
    private final AssociationIndex associations;
    private final Groups groups;
    private final Ranks ranks;
    private final Map<SaGroup, Service> services = new LinkedHashMap<>();
    private final List<Served> served = new ArrayList<>();
    private final Map<String, SaGroup> users = new LinkedHashMap<>();
    private final Set<SaGroup> leaving = new HashSet<>();
    private final List<Bundle> bundles = new ArrayList<>();
    private final List<Lack> lacks = new ArrayList<>();

    /// A policy of the data plane in the making; without a group it does not protect.
    private record Served(String name, int order, TrafficPair traffic, ManualPolicy.Action action,
            Optional<SaGroup> group) {}

    private Planner(Collection<ManualAssociation> associations, Collection<ManualPolicy> policies, Groups groups) {
        this.associations = new AssociationIndex(associations);
        this.groups = groups;
        this.ranks = new Ranks(policies);
    }

    static Plan plan(Collection<ManualAssociation> associations, Collection<ManualPolicy> policies, Groups groups) {
        return new Planner(associations, policies, groups).plan(policies);
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

    private int order(ManualPolicy policy, boolean first) {
        return Orders.of(policy.order(), ranks.of(policy), first);
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
            legs.add(new Leg(layer.protocol(), layer.mode(), ends.get(), layer.number()));
        }
        return legs;
    }

    private void protect(ManualPolicy policy, String name, int order, TrafficPair traffic, List<Leg> legs) {
        SaGroup group = groups.of(legs);
        services.computeIfAbsent(group, _ -> new Service(legs)).wishes().put(policy.name(), required(policy.action()));
        served.add(new Served(name, order, traffic, policy.action(), Optional.of(group)));
    }

    /// Of each layer whether it is required.
    private static List<Boolean> required(ManualPolicy.Action action) {
        return action instanceof ManualPolicy.Protect(var layers)
                ? layers.stream().map(ManualLayer::required).toList()
                : List.of();
    }

    private void bundle(SaGroup group, Service service) {
        if (oneWay(group, service, Direction.INBOUND)) {
            extras(group, service);
        }
        if (oneWay(group, service, Direction.OUTBOUND)) {
            leaving.add(group);
        }
    }

    /// Puts the SAs of one direction together; whether there are enough.
    private boolean oneWay(SaGroup group, Service service, Direction direction) {
        List<Optional<ManualAssociation>> found = service.legs().stream()
                .map(leg -> associations.newest(leg, direction).filter(each -> isFree(each, group))).toList();
        lacks.addAll(service.lacks(direction, found, IntStream.range(0, found.size())
                .mapToObj(index -> found.get(index).isPresent()
                        ? Optional.<String>empty()
                        : Optional.of(reason(service.legs().get(index), direction)))
                .toList()));
        boolean enough = service.isServedBy(found);
        if (enough) {
            use(group, direction, found.stream().flatMap(Optional::stream).toList());
        }
        return enough;
    }

    private String reason(Leg leg, Direction direction) {
        return associations.newest(leg, direction)
                .map(each -> "association '%s' serves policy '%s', which wants other layers".formatted(each.name(),
                        services.get(users.get(each.name())).wishes().keySet().iterator().next()))
                .orElseGet(() -> "there is no %s association for %s".formatted(
                        direction == Direction.OUTBOUND ? "outbound" : "inbound", leg));
    }

    private boolean isFree(ManualAssociation association, SaGroup group) {
        SaGroup user = users.get(association.name());
        return user == null || user.equals(group);
    }

    private void use(SaGroup group, Direction direction, List<ManualAssociation> layers) {
        layers.forEach(each -> users.put(each.name(), group));
        bundles.add(new Bundle(direction, group, layers));
    }

    /// A peer may still use an older one.
    private void extras(SaGroup group, Service service) {
        for (Leg leg : service.legs()) {
            associations.all(leg, Direction.INBOUND).stream().filter(each -> !users.containsKey(each.name()))
                    .forEach(each -> use(group, Direction.INBOUND, List.of(each)));
        }
    }

    /// While there is no SA of a group whose layers are all optional, its packets go in clear.
    private Policy policy(Served each) {
        Policy.Action action = switch (each.action) {
            case ManualPolicy.Bypass() -> new Policy.Bypass();
            case ManualPolicy.Discard() -> new Policy.Discard();
            case ManualPolicy.Protect _ -> protection(each.group.orElseThrow(), required(each.action));
        };
        return new Policy(each.name, each.order, each.traffic, action);
    }

    private Policy.Action protection(SaGroup group, List<Boolean> required) {
        if (!leaving.contains(group) && required.stream().noneMatch(each -> each)) {
            return new Policy.Bypass();
        }
        List<Leg> legs = services.get(group).legs();
        List<Layer> layers = IntStream.range(0, legs.size())
                .mapToObj(index -> legs.get(index).layer(required.get(index))).toList();
        return new Policy.Protect(group, layers, false);
    }
}
