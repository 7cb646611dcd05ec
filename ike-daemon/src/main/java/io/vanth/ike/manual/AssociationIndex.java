package io.vanth.ike.manual;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Associations by what a layer asks for.
final class AssociationIndex {
    private final Map<Kind, List<ManualAssociation>> kinds = new HashMap<>();
    private final Collection<ManualAssociation> all;

    /// What the associations of a leg and direction have in common.
    ///
    /// @param ends source and destination
    private record Kind(SecurityProtocol protocol, Mode mode, OptionalInt number, Ends ends) {
        static Kind of(ManualAssociation each) {
            return new Kind(each.id().protocol(), each.mode(), each.number(),
                    new Ends(each.source(), each.id().destination()));
        }

        static Kind of(Leg leg, Direction direction) {
            return new Kind(leg.protocol(), leg.mode(), leg.number(), direction == Direction.OUTBOUND
                    ? leg.ends()
                    : new Ends(/* local= */ leg.ends().remote(), /* remote= */ leg.ends().local()));
        }
    }

    AssociationIndex(Collection<ManualAssociation> all) {
        this.all = all;
        all.forEach(each -> kinds.computeIfAbsent(Kind.of(each), _ -> new ArrayList<>()).add(each));
    }

    /// The last one for a leg.
    Optional<ManualAssociation> newest(Leg leg, Direction direction) {
        List<ManualAssociation> found = all(leg, direction);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
    }

    List<ManualAssociation> all(Leg leg, Direction direction) {
        return kinds.getOrDefault(Kind.of(leg, direction), List.of());
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
