package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.SelectorIds;
import io.vanth.ike.wire.Payload;
import java.util.List;
import java.util.Optional;

/// The identities of quick mode as traffic: the first is the initiator's side, the second the responder's; without any,
/// the addresses of the ISAKMP SA count (RFC 2409 section 5.5).
final class Selectors {
    private Selectors() {}

    /// Empty when there is one alone, more than two, or one that is no address.
    static Optional<TrafficPair> of(List<Payload> payloads, Path path, boolean responder) {
        List<Payload.Identification> ids = payloads.stream().filter(Payload.Identification.class::isInstance)
                .map(Payload.Identification.class::cast).toList();
        if (ids.isEmpty()) {
            return pair(Optional.of(TrafficSelector.of(AddressRange.host(path.local().getAddress()))),
                    Optional.of(TrafficSelector.of(AddressRange.host(path.remote().getAddress()))));
        }
        if (ids.size() != 2) {
            return Optional.empty();
        }
        var initiator = SelectorIds.decode(ids.getFirst());
        var answerer = SelectorIds.decode(ids.getLast());
        return responder ? pair(answerer, initiator) : pair(initiator, answerer);
    }

    private static Optional<TrafficPair> pair(Optional<TrafficSelector> local, Optional<TrafficSelector> remote) {
        return local.isPresent() && remote.isPresent()
                && local.get().addresses().isIpv6() == remote.get().addresses().isIpv6()
                        ? Optional.of(new TrafficPair(local.get(), remote.get()))
                        : Optional.empty();
    }
}
