package io.vanth.ike.api;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Sees which counters of dropped packets grow.
final class DropWatch {
    private static final String DROPPED = "dropped_";
    /// Of the kernel, whose names begin so for each packet that a policy or a state did not let through.
    private static final String KERNEL = "xfrm_";
    /// Thrown away because it was sent for that.
    private static final String DUMMY = "dropped_inbound_dummy";

    private Map<String, Long> before = Map.of();
    private boolean looked;

    /// By how much each has grown; those that are new have grown from zero. The kernel's count since it booted: what they
    /// have at the first look is of before.
    Map<String, Long> growth(Map<String, Long> counters) {
        Map<String, Long> more = new TreeMap<>();
        Map<String, Long> now = new HashMap<>(counters);
        now.keySet().removeIf(
                name -> name.equals(DUMMY) || !(name.startsWith(DROPPED) || name.startsWith(KERNEL)));
        now.forEach((name, value) -> {
            long grown = value - before.getOrDefault(name, looked || !name.startsWith(KERNEL) ? 0L : value);
            if (grown > 0) {
                more.put(name, grown);
            }
        });
        before = now;
        looked = true;
        return more;
    }
}
