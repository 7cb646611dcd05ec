package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SecurityProtocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the tunnels of the groups lead: the addresses of the newest outbound SAs.
final class TunnelEnds {
    private final Map<Leg, Ends> known = new HashMap<>();

    /// The SAs of one protocol of a group.
    ///
    /// @param number of those of this protocol in a bundle, from the innermost on; 0 where it has one
    record Leg(SaGroup group, SecurityProtocol protocol, int number) {}

    /// Outer source and destination.
    ///
    /// @param named the destination before any move, by which a policy may name the tunnel
    record Ends(Mode mode, InetAddress source, InetAddress destination, InetAddress named) {
        Ends(Mode mode, InetAddress source, InetAddress destination) {
            this(mode, source, destination, destination);
        }

        /// The same tunnel with its peer elsewhere.
        Ends movedTo(InetAddress peer) {
            return new Ends(mode, source, peer, named);
        }
    }

    /// Of each layer, those of its SA: a bundle has its SAs in the order of the layers, and may lack some that are not
    /// required.
    List<Optional<Ends>> of(SaGroup group, List<Layer> layers) {
        Map<SecurityProtocol, Integer> numbers = new EnumMap<>(SecurityProtocol.class);
        List<Optional<Ends>> all = new ArrayList<>();
        for (Layer layer : layers) {
            int number = numbers.getOrDefault(layer.protocol(), 0);
            Optional<Ends> ends = Optional.ofNullable(known.get(new Leg(group, layer.protocol(), number)))
                    .filter(each -> mayBe(layer, each));
            ends.ifPresent(_ -> numbers.put(layer.protocol(), number + 1));
            all.add(ends);
        }
        return all;
    }

    /// A layer that is there in any case has the next SA of its mode. Of another it is told by its ends, the peer's before
    /// it moved: without them a layer that is not required would let its packets out in clear.
    private static boolean mayBe(Layer layer, Ends ends) {
        return layer.mode() == ends.mode() && (layer.required()
                || layer.peer().map(ends.named()::equals).orElse(true)
                        && layer.local().map(ends.source()::equals).orElse(true));
    }

    /// Those around all others of a policy's packets; empty while there is no SA.
    Optional<Ends> outermost(SaGroup group, List<Layer> layers) {
        return of(group, layers).reversed().stream().flatMap(Optional::stream).findFirst();
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
