package io.vanth.ike.manual;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.TrafficPair;
import java.util.List;

/// The SAs of one direction that a packet goes through, the outermost last.
///
/// @param selectors the packets that may
record Bundle(Direction direction, SaGroup group, List<ManualAssociation> layers, List<TrafficPair> selectors) {
    Bundle {
        layers = List.copyOf(layers);
        selectors = List.copyOf(selectors);
    }

    List<SaId> ids() {
        return layers.stream().map(ManualAssociation::id).toList();
    }

    /// For the data plane, with the keys that the associations own.
    List<SecurityAssociation> securityAssociations() {
        return layers.stream()
                .map(each -> new SecurityAssociation(each.id(), direction, each.source(), each.mode(),
                        each.transform(), each.cipherKey(), each.integrityKey(), selectors, each.encapsulation(),
                        each.replay(), OuterHeader.DEFAULT, each.soft(), each.hard(), group))
                .toList();
    }
}
