package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Which session a message belongs to: found by the cookie that we chose, checked against the one that the peer chose.
final class SessionTable {
    /// More half-open negotiations of peers than this push the oldest out.
    private static final int MAX_HALF_OPEN = 1024;

    private final Map<Cookie, PhaseOneNegotiation> halfOpen = new LinkedHashMap<>();
    private final Map<FirstMessage, PhaseOneNegotiation> answered = new HashMap<>();
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
        if (negotiation.role() == Report.Role.RESPONDER) {
            answered.put(firstMessage(negotiation), negotiation);
        }
        return halfOpen.size() > MAX_HALF_OPEN ? evict() : Optional.empty();
    }

    private Optional<PhaseOneNegotiation> evict() {
        Iterator<PhaseOneNegotiation> oldestFirst = halfOpen.values().iterator();
        while (oldestFirst.hasNext()) {
            PhaseOneNegotiation oldest = oldestFirst.next();
            if (oldest.role() == Report.Role.RESPONDER) {
                remove(oldest);
                return Optional.of(oldest);
            }
        }
        return Optional.empty();
    }

    void remove(PhaseOneNegotiation negotiation) {
        halfOpen.remove(negotiation.own(), negotiation);
        if (negotiation.role() == Report.Role.RESPONDER) {
            answered.remove(firstMessage(negotiation), negotiation);
        }
    }

    private static FirstMessage firstMessage(PhaseOneNegotiation negotiation) {
        return new FirstMessage(negotiation.peer().orElseThrow(), negotiation.begunFrom());
    }

    void add(IsakmpSa sa) {
        established.put(sa.own(), sa);
    }

    void remove(IsakmpSa sa) {
        established.remove(sa.own(), sa);
    }

    int halfOpenCount() {
        return halfOpen.size();
    }
}
