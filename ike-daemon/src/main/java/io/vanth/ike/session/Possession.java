package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import java.util.List;
import java.util.Optional;

/// A tunnel leads to one peer at a time. Who has it keeps it while it answers, which is judged when another one asks for it;
/// of two whose quick modes ran beside each other, the one that was done first.
record Possession(EngineContext context) {
    /// Lets go of a new pair where another peer got the tunnel since its quick mode began: the peer could otherwise hold
    /// its message back, be it 2 or 3, and take the tunnel with it whenever it likes.
    ///
    /// @return whether it was let go of
    boolean declines(TunnelControl tunnel, QuickModeNegotiation exchange, NegotiatedChild negotiated) {
        Optional<LiveChild> first = foreign(tunnel, exchange).stream()
                .filter(each -> !each.established().isBefore(exchange.begun())).findFirst();
        first.ifPresent(each -> {
            negotiated.close();
            context.perform(new Effect.RemoveSa(negotiated.child().inbound()));
            exchange.sa().inform(List.of(Deletes.of(negotiated.child())));
            Failure failure = taken(exchange.sa(), each.under());
            context.tell(new Report.Failed(exchange.subject(), Report.Mode.QUICK_MODE, exchange.role(), failure));
            tunnel.remember(new Incident(context.now(), failure, Optional.of(exchange.circumstances())));
        });
        return first.isPresent();
    }

    /// The pairs with another peer, from which this one takes the tunnel over.
    List<LiveChild> others(TunnelControl tunnel, QuickModeNegotiation exchange) {
        List<LiveChild> others = foreign(tunnel, exchange);
        if (!others.isEmpty()) {
            context.tell(new Report.Note(exchange.subject(), "another peer takes the tunnel over from "
                    + others.getLast().under().result().remoteId()));
        }
        return others;
    }

    /// Why a peer does not get a tunnel that another one has.
    static Failure taken(IsakmpSa wanting, IsakmpSa holder) {
        return new Failure.TunnelTaken(wanting.result().remoteId().toString(), holder.result().remoteId().toString());
    }

    private static List<LiveChild> foreign(TunnelControl tunnel, QuickModeNegotiation exchange) {
        return tunnel.children().stream().filter(each -> !each.under().samePeer(exchange.sa())).toList();
    }
}
