package io.vanth.ike.manual;

import io.vanth.dataplane.Policy;
import java.util.List;
import java.util.Set;

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
}
