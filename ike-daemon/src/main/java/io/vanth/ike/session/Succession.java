package io.vanth.ike.session;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Uniqueness;
import java.time.Duration;
import java.util.List;

/// What becomes of the ISAKMP SAs with a peer when there is a newer one.
final class Succession {
    /// How long a replaced SA stays, for messages that are under way.
    private static final Duration OVERLAP = Duration.ofSeconds(10);

    private final EngineContext context;
    private final SessionOrder order;
    private final ConnectionSessions sessions;
    private final ConnectionSessions.Owner owner;

    Succession(EngineContext context, SessionOrder order, ConnectionSessions sessions,
            ConnectionSessions.Owner owner) {
        this.context = context;
        this.order = order;
        this.sessions = sessions;
        this.owner = owner;
    }

    /// A peer may take over the IPsec SAs of one older ISAKMP SA only.
    void leaveAll(List<IsakmpSa> older) {
        if (older.size() > 1) {
            older.forEach(owner::leaves);
        }
    }

    /// Quick modes that the peer has not answered although there is a newer SA: it may have forgotten the older one.
    void resume(List<IsakmpSa> older) {
        List<QuickModeNegotiation> stuck = older.stream().filter(each -> !order.inUse(each))
                .flatMap(each -> each.underWay().stream())
                .filter(each -> each.role() == Report.Role.INITIATOR
                        && !context.now().isBefore(each.begun().plus(ConnectionSessions.INITIATOR_FIRST)))
                .toList();
        stuck.forEach(QuickModeNegotiation::abandon);
        if (!stuck.isEmpty()) {
            owner.pursue();
        }
    }

    /// One of two SAs goes, and its initiator sees to it. When both sides began at the same time, the one with the lower
    /// initiator cookie stays, which both see alike; else the newer.
    void replace(IsakmpSa older, IsakmpSa newer, Uniqueness uniqueness) {
        var rivals = new Rivals(older, newer);
        if (!rivals.collide()) {
            if (uniqueness != Uniqueness.NEVER && rivals.elsewhere()) {
                sessions.retire(older, "the peer has come from " + newer.path());
                owner.displaced(newer);
            } else if (newer.result().role() == Report.Role.INITIATOR) {
                retireLater(older);
            }
        } else {
            settle(rivals);
        }
    }

    /// Both go over to the one that stays. A peer may have tied its IPsec SAs to the other, and let go of them with it.
    private void settle(Rivals rivals) {
        IsakmpSa loser = rivals.loser();
        order.prefer(rivals.winner());
        if (loser.result().role() == Report.Role.INITIATOR) {
            loser.schedule(context.after(ConnectionSessions.INITIATOR_FIRST, () -> owner.leaves(loser)));
            retireLater(loser);
        }
    }

    private void retireLater(IsakmpSa sa) {
        sa.schedule(context.after(OVERLAP, () -> {
            sessions.retire(sa, "replaced");
            owner.pursue();
        }));
    }
}
