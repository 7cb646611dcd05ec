package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which session a message belongs to: found by the cookie that we chose, checked against the one that the peer chose.
final class SessionTable {
    private final Map<Cookie, PhaseOneNegotiation> initiating = new HashMap<>();
    private final Responding responding;
    private final Map<Cookie, IsakmpSa> established = new HashMap<>();
    /// What peers began the established ones with.
    private final Map<FirstMessage, PhaseOneNegotiation> answered = new HashMap<>();

    SessionTable(EngineContext context) {
        this.responding = new Responding(context);
    }

    /// The established SA of a message.
    Optional<IsakmpSa> established(IsakmpHeader header) {
        IsakmpSa mine = established.get(header.initiator());
        return Optional.ofNullable(mine != null ? mine : established.get(header.responder()))
                .filter(sa -> sa.result().initiator().equals(header.initiator())
                        && sa.result().responder().equals(header.responder()));
    }

    /// The negotiation that a message belongs to.
    Optional<PhaseOneNegotiation> halfOpen(IsakmpHeader header) {
        return halfOpen(header.initiator()).or(() -> halfOpen(header.responder()));
    }

    private Optional<PhaseOneNegotiation> halfOpen(Cookie own) {
        return Optional.ofNullable(initiating.get(own)).or(() -> responding.find(own));
    }

    /// Whether a session has this cookie as ours.
    boolean knows(Cookie own) {
        return established.containsKey(own) || halfOpen(own).isPresent();
    }

    /// The negotiation that an earlier copy of a first message began.
    Optional<PhaseOneNegotiation> answered(IsakmpHeader header, Path path) {
        var first = new FirstMessage(header.initiator(), path.remote());
        return responding.find(first).or(() -> Optional.ofNullable(answered.get(first)));
    }

    /// Adds a negotiation; the one that had to make room for it, if any.
    Optional<PhaseOneNegotiation> add(PhaseOneNegotiation negotiation) {
        return switch (negotiation.role()) {
            case INITIATOR -> {
                initiating.put(negotiation.own(), negotiation);
                yield Optional.empty();
            }
            case RESPONDER -> responding.add(negotiation);
        };
    }

    /// Forgets a negotiation that failed.
    void remove(PhaseOneNegotiation negotiation) {
        initiating.remove(negotiation.own(), negotiation);
        responding.remove(negotiation);
    }

    /// A negotiation is done. Its first message stays known: it may come again, and must not begin another.
    void establish(PhaseOneNegotiation negotiation, IsakmpSa sa) {
        remove(negotiation);
        if (negotiation.role() == Report.Role.RESPONDER) {
            answered.put(FirstMessage.of(negotiation), negotiation);
        }
        established.put(sa.own(), sa);
    }

    void remove(IsakmpSa sa) {
        established.remove(sa.own(), sa);
        if (sa.origin().role() == Report.Role.RESPONDER) {
            answered.remove(FirstMessage.of(sa.origin()), sa.origin());
        }
    }

    /// The negotiations that peers began.
    List<PhaseOneNegotiation> responding() {
        return responding.all();
    }

    /// The ISAKMP SAs that are there.
    List<IsakmpSa> established() {
        return List.copyOf(established.values());
    }

    int halfOpenCount() {
        return initiating.size() + responding.size();
    }
}
