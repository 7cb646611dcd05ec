package io.vanth.ike.manual;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a data plane has to hold for some associations and policies.
///
/// @param policies those of the data plane; the name is the operator's, or it and the ends where a policy takes them from
///                 the packet
/// @param lacks    what there is no association for
/// @param used     the names of the associations that serve a policy
record Plan(List<Policy> policies, List<Bundle> bundles, List<Lack> lacks, Set<String> used) {
    /// Nothing.
    static final Plan EMPTY = new Plan(List.of(), List.of(), List.of(), Set.of());

    Plan {
        policies = List.copyOf(policies);
        bundles = List.copyOf(bundles);
        lacks = List.copyOf(lacks);
        used = Set.copyOf(used);
    }

    /// The same before the SAs are there: what they are to protect goes nowhere.
    Plan closed() {
        return new Plan(policies.stream().map(Plan::closed).toList(), List.of(), List.of(), Set.of());
    }

    /// The SAs that are in this plan and in `next`, but go and come back on the way, so that their sequence numbers begin
    /// again: bundles change as a whole.
    Set<SaId> restarted(Plan next) {
        Set<Bundle> before = new HashSet<>(bundles);
        Set<ManualAssociation> layers = bundles.stream().flatMap(each -> each.layers().stream())
                .collect(Collectors.toSet());
        return next.bundles.stream().filter(each -> !before.contains(each)).flatMap(each -> each.layers().stream())
                .filter(layers::contains).map(ManualAssociation::id).collect(Collectors.toSet());
    }

    private static Policy closed(Policy policy) {
        return policy.action() instanceof Policy.Protect(var group, var layers, var acquire)
                ? new Policy(policy.name(), policy.order(), policy.traffic(), new Policy.Protect(group, layers.stream()
                        .map(each -> new Layer(each.protocol(), each.mode(), each.local(), each.peer(), true)).toList(),
                        acquire))
                : policy;
    }
}
