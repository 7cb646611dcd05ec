package io.vanth.ike.manual;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import java.net.InetSocketAddress;
import java.util.List;

/// The SAs of one direction that a packet goes through, the outermost last. Whose packets they are for the policies say,
/// so that a policy comes and goes without them. The layers have no names, so that they stay under other names.
record Bundle(Direction direction, SaGroup group, List<ManualAssociation> layers) {
    Bundle {
        layers = layers.stream().map(each -> each.named("")).toList();
    }

    List<SaId> ids() {
        return layers.stream().map(ManualAssociation::id).toList();
    }

    /// Each layer by itself, in a group of which no policy knows: nothing goes through it.
    List<Bundle> single() {
        return layers.stream().map(each -> new Bundle(direction, Groups.UNUSED, List.of(each))).toList();
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
