package io.vanth.ike.manual;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import java.net.InetSocketAddress;
import java.util.List;

/// The SAs of one direction that a packet goes through, the outermost last. Whose packets they are for the policies say,
/// so that a policy comes and goes without them.
record Bundle(Direction direction, SaGroup group, List<ManualAssociation> layers) {
    Bundle {
        layers = List.copyOf(layers);
    }

    List<SaId> ids() {
        return layers.stream().map(ManualAssociation::id).toList();
    }

    /// Our UDP ports that ESP goes through.
    List<InetSocketAddress> ports() {
        return layers.stream().flatMap(each -> each.encapsulation().stream()
                .map(udp -> new InetSocketAddress(
                        direction == Direction.OUTBOUND ? each.source() : each.id().destination(), udp.localPort())))
                .toList();
    }

    /// For the data plane, with the keys that the associations own.
    List<SecurityAssociation> securityAssociations() {
        return layers.stream()
                .map(each -> new SecurityAssociation(each.id(), direction, each.source(), each.mode(),
                        each.transform(), each.cipherKey(), each.integrityKey(), List.of(), each.encapsulation(),
                        each.replay(), OuterHeader.DEFAULT, each.soft(), each.hard(), group))
                .toList();
    }
}
