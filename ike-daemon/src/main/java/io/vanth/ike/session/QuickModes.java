package io.vanth.ike.session;

import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
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
import io.vanth.ike.wire.Payload;
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
            // A repetition is answered, but may come from whoever has recorded it.
            boolean repetition = known.accepted(datagram);
            known.receive(datagram, message);
            if (!repetition && known.accepted(datagram)) {
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
        negotiation.respond(admitted(transition), datagram, peerSpi(message));
    }

    /// Whether the peer may have the tunnel. A refusal leaves the ISAKMP SA as it is: NO-PROPOSAL-CHOSEN where an operator has
    /// taken the tunnel down, INVALID-ID-INFORMATION where another peer has it; the RFCs have no notify that says why.
    private Transition<NegotiatedChild> admitted(Transition<NegotiatedChild> transition) {
        Optional<Tunnel> tunnel = tunnelOf(transition);
        return tunnel.flatMap(each -> sa.listener().objection(sa, each)).map(objection -> {
            ((Transition.Next<NegotiatedChild>) transition).state().close();
            return Transition.<NegotiatedChild>fail(objection);
        }).orElse(transition);
    }

    /// The SPI of the peer's first proposal.
    private Bytes peerSpi(EncryptedMessage message) {
        return sa.exchangeCipher(message.header().messageId())
                .open(message) instanceof ExchangeCipher.Legible(var chain, _)
                        ? ExchangeScript.first(chain.payloads(), Payload.Sa.class)
                                .flatMap(offer -> offer.proposals().stream().findFirst())
                                .map(proposal -> proposal.spi()).orElse(Bytes.EMPTY)
                        : Bytes.EMPTY;
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

    /// Which of ours an error of the peer is about: by message id or SPI where it gives one, else the oldest.
    Optional<QuickModeNegotiation> refused(int messageId, Bytes spi) {
        List<QuickModeNegotiation> ours = underWay().stream().filter(each -> each.role() == Report.Role.INITIATOR)
                .toList();
        boolean precise = spi.length() == Integer.BYTES && spi.intAt(0) != 0;
        return ours.stream().filter(each -> each.messageId() == messageId || each.concerns(spi)).findFirst()
                .or(() -> precise ? Optional.empty() : ours.stream().findFirst());
    }

    /// Whether one of ours waits under this message id: some peers refuse with an informational message that bears it.
    boolean waitsUnder(int messageId) {
        QuickModeNegotiation known = exchanges.get(messageId);
        return known != null && !known.over() && known.role() == Report.Role.INITIATOR;
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
