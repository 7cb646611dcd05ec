package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SecurityProtocol;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where the tunnels of the groups lead: the addresses of the newest outbound SAs.
final class TunnelEnds {
    private final Map<Leg, Ends> known = new HashMap<>();

    /// The SAs of one protocol of a group.
    record Leg(SaGroup group, SecurityProtocol protocol) {}

    /// Outer source and destination.
    record Ends(InetAddress source, InetAddress destination) {}

    Optional<Ends> find(SaGroup group, SecurityProtocol protocol) {
        return Optional.ofNullable(known.get(new Leg(group, protocol)));
    }

    /// Those of a group.
    Map<Leg, Ends> of(SaGroup group) {
        Map<Leg, Ends> all = new HashMap<>(known);
        all.keySet().removeIf(leg -> !leg.group().equals(group));
        return all;
    }

    /// Learns all that a group has now, and says what they replace. What it has no more is forgotten: compression, for
    /// instance, that the peer agreed to before and then did not.
    Map<Leg, Optional<Ends>> replace(SaGroup group, Map<Leg, Ends> now) {
        Map<Leg, Optional<Ends>> before = new HashMap<>();
        of(group).keySet().stream().filter(leg -> !now.containsKey(leg))
                .forEach(leg -> before.put(leg, Optional.of(known.remove(leg))));
        now.forEach((leg, ends) -> before.put(leg, Optional.ofNullable(known.put(leg, ends))));
        return before;
    }

    void restore(Map<Leg, Optional<Ends>> before) {
        before.forEach((leg, ends) -> {
            if (ends.isPresent()) {
                known.put(leg, ends.get());
            } else {
                known.remove(leg);
            }
        });
    }
}
