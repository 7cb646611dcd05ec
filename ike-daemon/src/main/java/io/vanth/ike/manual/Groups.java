package io.vanth.ike.manual;

import io.vanth.dataplane.SaGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The groups of manual SAs: one for all policies that want the same layers between the same ends, always the same for
/// them. They are far above those of connections.
final class Groups {
    private static final int FIRST = 1 << 23;
    /// No policy has it.
    static final SaGroup UNUSED = new SaGroup(FIRST);

    private final Map<List<Leg>, SaGroup> groups = new HashMap<>();

    SaGroup of(List<Leg> legs) {
        return groups.computeIfAbsent(legs, _ -> new SaGroup(FIRST + 1 + groups.size()));
    }

    /// Whether a group is one of manual SAs.
    static boolean isManual(SaGroup group) {
        return group.value() >= FIRST;
    }
}
