package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which session a message belongs to: found by the cookie that we chose, checked against the one that the peer chose.
final class SessionTable {
    /// More half-open negotiations of peers than this push the oldest out: at 20,000 first messages a second, a peer has
    /// most of a second for its second message.
    private static final int MAX_HALF_OPEN = 16_384;
    /// Of one address; several peers may share it behind a NAT.
    private static final int MAX_HALF_OPEN_OF_ADDRESS = 1024;

    private final Map<Cookie, PhaseOneNegotiation> halfOpen = new HashMap<>();
    private final Map<FirstMessage, PhaseOneNegotiation> answered = new HashMap<>();
    private final Map<InetAddress, Set<PhaseOneNegotiation>> ofAddress = new HashMap<>();
    private final Set<PhaseOneNegotiation> oldestFirst = new LinkedHashSet<>();
    private final Map<Cookie, IsakmpSa> established = new HashMap<>();

    /// What a peer's first message is known by when it comes again: it does not bear our cookie yet.
    private record FirstMessage(Cookie initiator, InetSocketAddress peer) {}

    /// The established SA of a message.
    Optional<IsakmpSa> established(IsakmpHeader header) {
        return find(established, header).filter(sa -> sa.result().initiator().equals(header.initiator())
                && sa.result().responder().equals(header.responder()));
    }

    /// The negotiation that a message belongs to.
    Optional<PhaseOneNegotiation> halfOpen(IsakmpHeader header) {
        return find(halfOpen, header);
    }

    private static <T> Optional<T> find(Map<Cookie, T> table, IsakmpHeader header) {
        T mine = table.get(header.initiator());
        return Optional.ofNullable(mine != null ? mine : table.get(header.responder()));
    }

    /// The negotiation that an earlier copy of a first message began.
    Optional<PhaseOneNegotiation> answered(IsakmpHeader header, Path path) {
        return Optional.ofNullable(answered.get(new FirstMessage(header.initiator(), path.remote())));
    }

    /// Adds a negotiation; the one that had to make room for it, if any.
    Optional<PhaseOneNegotiation> add(PhaseOneNegotiation negotiation) {
        halfOpen.put(negotiation.own(), negotiation);
        if (negotiation.role() == Report.Role.INITIATOR) {
            return Optional.empty();
        }
        answered.put(firstMessage(negotiation), negotiation);
        oldestFirst.add(negotiation);
        Set<PhaseOneNegotiation> sameAddress = ofAddress.merge(address(negotiation), Set.of(negotiation),
                SessionTable::join);
        if (sameAddress.size() > MAX_HALF_OPEN_OF_ADDRESS) {
            return Optional.of(evict(sameAddress));
        }
        return oldestFirst.size() > MAX_HALF_OPEN ? Optional.of(evict(oldestFirst)) : Optional.empty();
    }

    /// Nearly every address of a flood has one negotiation only, for which a small set does.
    private static Set<PhaseOneNegotiation> join(Set<PhaseOneNegotiation> earlier, Set<PhaseOneNegotiation> added) {
        Set<PhaseOneNegotiation> both = earlier.size() == 1 ? new LinkedHashSet<>(earlier) : earlier;
        both.addAll(added);
        return both;
    }

    /// The oldest whose address may be forged, else the oldest.
    private PhaseOneNegotiation evict(Set<PhaseOneNegotiation> from) {
        PhaseOneNegotiation oldest = from.stream().filter(each -> !each.reachable()).findFirst()
                .orElseGet(() -> from.iterator().next());
        remove(oldest);
        return oldest;
    }

    /// Forgets a negotiation that failed.
    void remove(PhaseOneNegotiation negotiation) {
        halfOpen.remove(negotiation.own(), negotiation);
        if (oldestFirst.remove(negotiation)) {
            answered.remove(firstMessage(negotiation), negotiation);
            ofAddress.computeIfPresent(address(negotiation),
                    (_, rest) -> rest.size() == 1 ? null : without(rest, negotiation));
        }
    }

    private static Set<PhaseOneNegotiation> without(Set<PhaseOneNegotiation> all, PhaseOneNegotiation gone) {
        all.remove(gone);
        return all;
    }

    private static InetAddress address(PhaseOneNegotiation negotiation) {
        return negotiation.begunFrom().getAddress();
    }

    private static FirstMessage firstMessage(PhaseOneNegotiation negotiation) {
        return new FirstMessage(negotiation.peer().orElseThrow(), negotiation.begunFrom());
    }

    /// A negotiation is done. Its first message stays known: it may come again, and must not begin another.
    void establish(PhaseOneNegotiation negotiation, IsakmpSa sa) {
        remove(negotiation);
        if (negotiation.role() == Report.Role.RESPONDER) {
            answered.put(firstMessage(negotiation), negotiation);
        }
        established.put(sa.own(), sa);
    }

    void remove(IsakmpSa sa) {
        established.remove(sa.own(), sa);
        if (sa.origin().role() == Report.Role.RESPONDER) {
            answered.remove(firstMessage(sa.origin()), sa.origin());
        }
    }

    /// The negotiations that peers began.
    List<PhaseOneNegotiation> responding() {
        return List.copyOf(oldestFirst);
    }

    /// The ISAKMP SAs that are there.
    List<IsakmpSa> established() {
        return List.copyOf(established.values());
    }

    int halfOpenCount() {
        return halfOpen.size();
    }
}
