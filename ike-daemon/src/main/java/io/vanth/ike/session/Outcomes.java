package io.vanth.ike.session;

import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes what sessions report to their connections.
final class Outcomes implements PhaseOneNegotiation.Listener, IsakmpSa.Listener {
    private static final Duration SECOND_THOUGHT = Duration.ofSeconds(2);

    private final EngineContext context;
    private final SessionTable table;
    private final Collection<ConnectionControl> connections;
    private final Strangers strangers;
    private final Map<IsakmpSa, DeadPeerDetector> detectors = new HashMap<>();

    Outcomes(EngineContext context, SessionTable table, Collection<ConnectionControl> connections,
            Strangers strangers) {
        this.context = context;
        this.table = table;
        this.connections = connections;
        this.strangers = strangers;
    }

    /// Empty when it is not configured any more.
    Optional<ConnectionControl> find(Connection connection) {
        return connections.stream().filter(each -> each.connection().name().equals(connection.name())).findFirst();
    }

    /// Of an ISAKMP SA, which ends with its connection.
    private ConnectionControl control(Connection connection) {
        return find(connection).orElseThrow();
    }

    @Override
    public void established(PhaseOneNegotiation negotiation, PhaseOneResult result) {
        if (find(result.connection()).isEmpty()) {
            // A peer began it whose address did not show whose it was, and the configuration has changed meanwhile.
            table.remove(negotiation);
            context.tell(new Report.Note(negotiation.subject(), "its connection is not configured any more"));
            result.keys().close();
            return;
        }
        var sa = new IsakmpSa(context, negotiation, result, this);
        table.establish(negotiation, sa);
        ConnectionControl connection = control(result.connection());
        sa.serve(connection.configured().tunnels());
        var detector = new DeadPeerDetector(context, sa, () -> connection.installed(sa), () -> dead(connection, sa));
        detectors.keySet().removeIf(IsakmpSa::closed);
        detectors.put(sa, detector);
        if (!connection.admits(sa)) {
            connection.refuse(sa);
            // What keeps it out may be dead.
            connection.sessions().stream().filter(sa::samePeer).forEach(each -> detectors.get(each).probe());
            return;
        }
        if (result.initialContact()) {
            connections.stream().filter(each -> each.connection().samePeer(result.connection()))
                    .forEach(each -> each.peerRestarted(sa));
        }
        connection.established(negotiation, sa);
        result.notice().ifPresent(sa::notifyPeer);
        detector.start();
        negotiation.release().stream().filter(_ -> !sa.closed())
                .forEach(each -> sa.receive(each.from(), each.datagram(), each.message()));
    }

    private void dead(ConnectionControl connection, IsakmpSa sa) {
        connection.dead(sa, detectors.get(sa).unanswered());
    }

    @Override
    public void failed(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer) {
        table.remove(negotiation);
        context.tell(new Report.Failed(negotiation.subject(), Report.Mode.of(negotiation.mode()), negotiation.role(),
                failure));
        answer.ifPresent(type -> notifyPeer(negotiation, type));
        negotiation.connection().flatMap(this::find).ifPresent(each -> each.failed(negotiation, failure));
    }

    @Override
    public void suspects(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer) {
        context.tell(new Report.Failed(negotiation.subject(), Report.Mode.of(negotiation.mode()), negotiation.role(),
                failure));
        answer.ifPresent(type -> notifyPeer(negotiation, type));
        negotiation.connection().flatMap(this::find).ifPresent(each -> each.suspects(negotiation, failure));
    }

    private void notifyPeer(PhaseOneNegotiation negotiation, int type) {
        boolean initiator = negotiation.role() == Report.Role.INITIATOR;
        Cookie peer = negotiation.peer();
        strangers.tell(negotiation.subject(), negotiation.path(), initiator ? negotiation.own() : peer,
                initiator ? peer : negotiation.own(),
                type);
    }

    @Override
    public void childEstablished(IsakmpSa sa, QuickModeNegotiation negotiation, NegotiatedChild child) {
        control(sa.connection()).childEstablished(negotiation, child);
    }

    @Override
    public void childFailed(IsakmpSa sa, QuickModeNegotiation negotiation, Failure failure, Optional<Integer> answer) {
        context.tell(new Report.Failed(negotiation.subject(), Report.Mode.QUICK_MODE, negotiation.role(), failure));
        answer.ifPresent(type -> {
            context.tell(new Report.Notify(negotiation.subject(), true, NotifyType.nameOf(type), true, ""));
            sa.inform(List.of(
                    Payload.Notification.of(PhaseTwoOffer.PROTO_ESP, negotiation.peerSpi(), type, Bytes.EMPTY)));
        });
        control(sa.connection()).childFailed(sa, negotiation, failure);
    }

    @Override
    public void moved(IsakmpSa sa) {
        control(sa.connection()).moved(sa);
    }

    @Override
    public void worn(IsakmpSa sa) {
        control(sa.connection()).worn(sa);
    }

    @Override
    public Optional<Failure> objection(IsakmpSa sa, Tunnel tunnel) {
        ConnectionControl connection = control(sa.connection());
        TunnelControl wanted = connection.tunnel(tunnel.name()).orElseThrow();
        if (wanted.refusesPeer()) {
            return Optional.of(new Failure.HeldDown());
        }
        return wanted.holder(sa).flatMap(holder -> askable(connection, holder).map(detector -> {
            // It may be dead.
            detector.probe();
            return Possession.taken(sa, holder);
        }));
    }

    /// What the peer that has a tunnel is asked with whether it is alive. Of one that cannot be asked nobody would learn that
    /// it is gone, so that it would keep the tunnel until its SAs end.
    private Optional<DeadPeerDetector> askable(ConnectionControl connection, IsakmpSa holder) {
        return connection.sessions().reversed().stream().filter(holder::samePeer).map(detectors::get)
                .filter(DeadPeerDetector::canAsk).findFirst();
    }

    @Override
    public void informed(IsakmpSa sa, int messageId, List<Payload> payloads) {
        for (Payload payload : payloads) {
            if (sa.closed()) {
                // Processing stops with the deletion of the SA that authenticated the rest.
                return;
            }
            switch (payload) {
                case Payload.Notification notification -> notified(sa, messageId, notification);
                case Payload.Delete delete -> deleted(sa, delete);
                default -> {
                    // The script has admitted only the hash and vendor ids besides.
                }
            }
        }
    }

    private void notified(IsakmpSa sa, int messageId, Payload.Notification notification) {
        int type = notification.notifyType();
        if (type == NotifyType.R_U_THERE.code()) {
            detectors.get(sa).asked(notification);
        } else if (type == NotifyType.R_U_THERE_ACK.code()) {
            detectors.get(sa).answered(notification);
        } else if (type == NotifyType.RESPONDER_LIFETIME.code() && notification.protocol() == PhaseTwoOffer.PROTO_ESP) {
            heard(sa, messageId, type);
            spi(notification.spi()).ifPresent(spi -> PhaseTwoOffer.lifetime(notification.data())
                    .ifPresent(lifetime -> control(sa.connection()).shorten(sa, spi, lifetime)));
        } else if (type == NotifyType.RESPONDER_LIFETIME.code() && notification.spi().equals(sa.cookies())) {
            heard(sa, messageId, type);
            PhaseOneOffer.lifetime(notification.data())
                    .ifPresent(lifetime -> control(sa.connection()).shorten(sa, lifetime));
        } else {
            String name = heard(sa, messageId, type);
            if (refusesProof(sa, notification)) {
                refused(sa, name);
            } else if (NotifyType.isError(type)) {
                sa.refused(messageId, notification.spi(), name);
            }
        }
    }

    /// The name of the notify.
    private String heard(IsakmpSa sa, int messageId, int type) {
        String name = NotifyType.nameOf(type);
        context.tell(new Report.Notify(sa.subject("informational", messageId), false, name, true, ""));
        return name;
    }

    /// The peer may have refused a forgery of our last message, and taken ours when it came: it shows by what it says next.
    private void refused(IsakmpSa sa, String notification) {
        long heard = sa.heard();
        sa.schedule(context.after(SECOND_THOUGHT, () -> {
            if (sa.heard() == heard) {
                control(sa.connection()).refusedByPeer(sa, notification);
            }
        }));
    }

    /// An identity is refused in quick mode too, so that what is said of the ISAKMP SA counts only while there is none.
    private static boolean refusesProof(IsakmpSa sa, Payload.Notification notification) {
        return NotifyType.refusesProof(notification.notifyType())
                || notification.notifyType() == NotifyType.INVALID_ID_INFORMATION.code()
                        && notification.spi().equals(sa.cookies()) && sa.underWay().isEmpty();
    }

    private void deleted(IsakmpSa sa, Payload.Delete delete) {
        ConnectionControl connection = control(sa.connection());
        if (delete.protocol() == PhaseOneOffer.PROTO_ISAKMP) {
            if (delete.spis().contains(sa.cookies())) {
                connection.sessionDeletedByPeer(sa);
            }
        } else if (delete.protocol() == PhaseTwoOffer.PROTO_ESP) {
            for (Bytes spi : delete.spis()) {
                spi(spi).ifPresent(outbound -> connection.deletedByPeer(sa, outbound));
            }
        }
    }

    private static Optional<Spi> spi(Bytes bytes) {
        return bytes.length() == Integer.BYTES && Integer.compareUnsigned(bytes.intAt(0), Spi.MIN) >= 0
                ? Optional.of(new Spi(bytes.intAt(0)))
                : Optional.empty();
    }
}
