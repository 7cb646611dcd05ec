package io.vanth.ike.explain.capture;

import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.policy.ProposalComparison;
import io.vanth.ike.policy.SelectorIds;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.TunnelMode;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Identification;
import java.util.List;
import java.util.Optional;

/// What this side does not like of a quick mode that the peer began, where it can be read.
final class PhaseTwoFailure {
    private PhaseTwoFailure() {}

    static Optional<Failure> of(Course course, Negotiation negotiation, Side side) {
        Sighting first = course.begun().getFirst().getFirst();
        if (!side.configured() || !course.starter().equals(side.peer(negotiation)) || first.payloads().isEmpty()) {
            return Optional.empty();
        }
        Optional<TrafficPair> asked = networks(first.all(Identification.class));
        Optional<Tunnel> meant = side.connection().tunnels().stream()
                .filter(each -> asked.filter(each.traffic()::equals).isPresent()).findFirst();
        return meant.isEmpty()
                ? Optional.of(new Failure.SelectorMismatch(asked,
                        side.connection().tunnels().stream().map(Tunnel::traffic).toList()))
                : meant.flatMap(tunnel -> first.all(Payload.Sa.class).stream().findFirst()
                        .flatMap(sa -> proposals(sa, tunnel)));
    }

    private static Optional<TrafficPair> networks(List<Identification> ids) {
        if (ids.size() != 2) {
            return Optional.empty();
        }
        Optional<TrafficSelector> theirs = SelectorIds.decode(ids.getFirst());
        Optional<TrafficSelector> ours = SelectorIds.decode(ids.getLast());
        return theirs.isPresent() && ours.isPresent()
                && ours.get().addresses().isIpv6() == theirs.get().addresses().isIpv6()
                        ? Optional.of(new TrafficPair(ours.get(), theirs.get()))
                        : Optional.empty();
    }

    /// Whichever encapsulation the peer asks for counts as agreed.
    private static Optional<Failure> proposals(Payload.Sa offered, Tunnel tunnel) {
        for (TunnelMode mode : TunnelMode.values()) {
            if (PhaseTwoOffer.select(offered, tunnel.proposals(), mode).isPresent()) {
                return Optional.empty();
            }
        }
        return Optional.of(new Failure.NoProposalChosen("phase 2",
                ProposalComparison.phaseTwo(offered, tunnel.proposals(), TunnelMode.PLAIN)));
    }
}
