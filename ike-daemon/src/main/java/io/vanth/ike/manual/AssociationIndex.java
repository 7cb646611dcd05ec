package io.vanth.ike.manual;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.TrafficPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Associations by the addresses between which they go.
final class AssociationIndex {
    private final Map<Ends, List<ManualAssociation>> byEnds = new HashMap<>();
    private final Collection<ManualAssociation> all;

    AssociationIndex(Collection<ManualAssociation> all) {
        this.all = all;
        all.forEach(each -> byEnds.computeIfAbsent(new Ends(each.source(), each.id().destination()),
                _ -> new ArrayList<>()).add(each));
    }

    /// The last one for a leg.
    Optional<ManualAssociation> newest(Leg leg, Direction direction) {
        List<ManualAssociation> found = all(leg, direction);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
    }

    List<ManualAssociation> all(Leg leg, Direction direction) {
        Ends ends = direction == Direction.OUTBOUND
                ? leg.ends()
                : new Ends(/* local= */ leg.ends().remote(), /* remote= */ leg.ends().local());
        return byEnds.getOrDefault(ends, List.of()).stream().filter(each -> leg.takes(each, direction)).toList();
    }

    /// The peers that a layer of transport mode has outbound associations with, among the ends of `traffic`.
    Set<Ends> partners(ManualLayer layer, TrafficPair traffic) {
        var found = new LinkedHashSet<Ends>();
        for (ManualAssociation each : all) {
            if (each.id().protocol() == layer.protocol() && each.mode() == Mode.TRANSPORT
                    && each.number().equals(layer.number())
                    && traffic.local().addresses().contains(each.source())
                    && traffic.remote().addresses().contains(each.id().destination())) {
                found.add(new Ends(each.source(), each.id().destination()));
            }
        }
        return found;
    }
}
