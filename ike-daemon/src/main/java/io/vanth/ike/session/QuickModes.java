package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.quickmode.Context;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.exchange.quickmode.ReservingSpiForPeer;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.EncryptedMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The quick modes under one ISAKMP SA, by message id. Finished ones are kept for a while, to answer what comes again.
final class QuickModes implements AutoCloseable {
    private static final int MAX_UNDER_WAY = 32;
    private static final int MAX_REMEMBERED = 64;

    private final EngineContext context;
    private final IsakmpSa sa;
    private final MessageIds messageIds;
    private final Map<Integer, QuickModeNegotiation> exchanges = new LinkedHashMap<>();

    QuickModes(EngineContext context, IsakmpSa sa, MessageIds messageIds) {
        this.context = context;
        this.sa = sa;
        this.messageIds = messageIds;
    }

    QuickModeNegotiation initiate(Tunnel tunnel) {
        int messageId = messageIds.next();
        var negotiation = new QuickModeNegotiation(context, sa, Optional.of(tunnel), Report.Role.INITIATOR, messageId);
        remember(messageId, negotiation);
        PhaseOneResult result = sa.result();
        var quickMode = new Context(result.keys(), result.initiator(), result.responder(), messageId, tunnel, sa.path(),
                result.nat().tunnelMode(), context.random());
        negotiation.initiate(quickMode, sa.exchangeCipher(messageId));
        return negotiation;
    }

    void receive(Path from, Bytes datagram, EncryptedMessage message) {
        int messageId = message.header().messageId();
        QuickModeNegotiation known = exchanges.get(messageId);
        if (known != null) {
            known.receive(datagram, message);
            if (known.accepted(datagram)) {
                sa.heardFrom(from);
            }
        } else if (messageIds.used(messageId)) {
            sa.drop(message.header().exchange(), messageId, "its message id was used before (replay)");
        } else if (underWay().size() >= MAX_UNDER_WAY) {
            sa.drop(message.header().exchange(), messageId, "too many quick modes at once");
        } else {
            respond(from, datagram, message);
        }
    }

    private void respond(Path from, Bytes datagram, EncryptedMessage message) {
        int messageId = message.header().messageId();
        PhaseOneResult result = sa.result();
        var sender = new ReservingSpiForPeer.Sender(sa.connection(), result.keys(), result.initiator(),
                result.responder(), result.nat().found() ? from : sa.path(), result.nat().tunnelMode(),
                context.random());
        var transition = ReservingSpiForPeer.begin(sender, sa.exchangeCipher(messageId), message);
        if (transition instanceof Transition.Stay<NegotiatedChild>(var reason)) {
            sa.drop(message.header().exchange(), messageId, reason);
            return;
        }
        messageIds.use(messageId);
        sa.heardFrom(from);
        var negotiation = new QuickModeNegotiation(context, sa, tunnelOf(transition), Report.Role.RESPONDER, messageId);
        remember(messageId, negotiation);
        negotiation.respond(transition, datagram);
    }

    private static Optional<Tunnel> tunnelOf(Transition<NegotiatedChild> transition) {
        return transition instanceof Transition.Next<NegotiatedChild>(ReservingSpiForPeer state, _)
                ? Optional.of(state.context().tunnel())
                : Optional.empty();
    }

    private void remember(int messageId, QuickModeNegotiation negotiation) {
        exchanges.put(messageId, negotiation);
        var oldest = exchanges.entrySet().iterator();
        while (exchanges.size() > MAX_REMEMBERED && oldest.hasNext()) {
            if (oldest.next().getValue().over()) {
                oldest.remove();
            }
        }
    }

    /// Those that wait for something.
    List<QuickModeNegotiation> underWay() {
        return exchanges.values().stream().filter(each -> !each.over()).toList();
    }

    @Override
    public void close() {
        exchanges.values().forEach(QuickModeNegotiation::abandon);
    }
}
