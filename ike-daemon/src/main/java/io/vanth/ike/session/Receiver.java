package io.vanth.ike.session;

import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes datagrams to the session that they belong to, and what sessions report to their connections.
final class Receiver implements PhaseOneNegotiation.Listener, IsakmpSa.Listener {
    /// No honest first message is larger; it is kept until the negotiation ends.
    private static final int MAX_FIRST_MESSAGE = 4096;

    private final EngineContext context;
    private final SessionTable table;
    private final Collection<ConnectionControl> connections;
    private final NotifyLimiter limiter = new NotifyLimiter();
    private final Map<IsakmpSa, DeadPeerDetector> detectors = new HashMap<>();
    private boolean stopping;

    Receiver(EngineContext context, SessionTable table, Collection<ConnectionControl> connections) {
        this.context = context;
        this.table = table;
        this.connections = connections;
    }

    Cookie newCookie() {
        long value;
        do {
            value = context.random().nextLong();
        } while (value == 0);
        return new Cookie(value);
    }

    /// No more negotiations begin.
    void stop() {
        stopping = true;
        table.responding().forEach(each -> {
            each.abandon();
            table.remove(each);
        });
    }

    void receive(Path path, Bytes datagram) {
        switch (MessageReader.read(datagram)) {
            case Malformed(var reason, var offset) -> drop(path, "", "%s (at byte %d)".formatted(reason, offset));
            case EncryptedMessage message -> table.established(message.header()).ifPresentOrElse(
                    sa -> sa.receive(path, datagram, message), () -> negotiation(path, datagram, message));
            case IsakmpMessage message -> clear(path, datagram, message);
        }
    }

    private void negotiation(Path path, Bytes datagram, EncryptedMessage message) {
        table.halfOpen(message.header()).ifPresentOrElse(each -> each.receive(path, datagram, message),
                () -> drop(path, exchange(message.header()), "it is encrypted for an SA that is not there"));
    }

    private void clear(Path path, Bytes datagram, IsakmpMessage message) {
        IsakmpHeader header = message.header();
        if (header.exchange() == ExchangeType.INFORMATIONAL.code()) {
            unauthenticated(path, message);
        } else if (table.established(header).isPresent()) {
            drop(path, exchange(header), "it is not encrypted although keys are agreed");
        } else if (header.responder().equals(Cookie.NONE)) {
            firstMessage(path, datagram, message);
        } else {
            table.halfOpen(header).ifPresentOrElse(each -> each.receive(path, datagram, message),
                    () -> drop(path, exchange(header), "it belongs to no negotiation"));
        }
    }

    private void firstMessage(Path path, Bytes datagram, IsakmpMessage message) {
        IsakmpHeader header = message.header();
        if (header.initiator().equals(Cookie.NONE) || header.messageId() != 0) {
            drop(path, exchange(header), "a first message needs an initiator cookie and message id 0");
        } else if (stopping) {
            drop(path, exchange(header), "the daemon is stopping");
        } else if (datagram.length() > MAX_FIRST_MESSAGE) {
            drop(path, exchange(header), "a first message of %d bytes is too large".formatted(datagram.length()));
        } else if (table.halfOpen(header).isPresent()) {
            drop(path, exchange(header), "it bears our own cookie (reflected)");
        } else if (header.exchange() != ExchangeType.MAIN_MODE.code()) {
            refuse(path, header, Optional.empty(), new Failure.Unsupported(exchange(header)));
        } else {
            table.answered(header, path).ifPresentOrElse(each -> each.receive(path, datagram, message),
                    () -> respond(path, datagram, message));
        }
    }

    private void respond(Path path, Bytes datagram, IsakmpMessage message) {
        List<ConnectionControl> candidates = connections.stream().filter(each -> matches(each.connection(), path))
                .toList();
        if (candidates.isEmpty()) {
            refuse(path, message.header(), Optional.empty(),
                    new Failure.UnknownPeer(path.remote().getAddress().getHostAddress()));
            return;
        }
        Optional<Connection> sole = candidates.size() == 1
                ? Optional.of(candidates.getFirst().connection())
                : Optional.empty();
        var negotiation = PhaseOneNegotiation.responder(context, this, newCookie(), message.header().initiator(), path,
                sole);
        table.add(negotiation).ifPresent(PhaseOneNegotiation::abandon);
        negotiation.respond(candidates.stream().map(ConnectionControl::connection).toList(), datagram, message);
    }

    private static boolean matches(Connection connection, Path path) {
        return connection.localAddress().equals(path.local().getAddress())
                && connection.remoteAddress().map(path.remote().getAddress()::equals).orElse(true);
    }

    /// A notify in clear proves nothing and changes nothing; it helps to explain (RFC 2408 section 5.14 has it logged).
    private void unauthenticated(Path path, IsakmpMessage message) {
        Optional<PhaseOneNegotiation> negotiation = table.halfOpen(message.header());
        Optional<ConnectionControl> connection = negotiation.flatMap(PhaseOneNegotiation::connection)
                .map(this::control);
        // One message is one line of log, however many notifies it has.
        ExchangeScript.first(message.payloads(), Payload.Notification.class).ifPresentOrElse(notification -> {
            String name = NotifyType.nameOf(notification.notifyType());
            String meaning = NotifyMeanings.of(notification.notifyType());
            context.tell(new Report.Notify(subject(path, "informational", connection), false, name, false,
                    connection.isPresent() ? "which usually means: " + meaning : ""));
            negotiation.ifPresent(each -> {
                each.heard(name);
                connection.ifPresent(
                        control -> control.suspects(each, new Failure.UnauthenticatedNotify(name, meaning)));
            });
        }, () -> drop(path, "informational", "it is not encrypted, and no notify"));
    }

    private Report.Subject subject(Path path, String exchange, Optional<ConnectionControl> connection) {
        return new Report.Subject(connection.map(each -> each.connection().name()), Optional.empty(), path.toString(),
                exchange, 0);
    }

    private ConnectionControl control(Connection connection) {
        return connections.stream().filter(each -> each.connection().equals(connection)).findFirst().orElseThrow();
    }

    private void refuse(Path path, IsakmpHeader header, Optional<ConnectionControl> connection, Failure failure) {
        context.tell(new Report.Failed(subject(path, exchange(header), connection), Report.Mode.MAIN_MODE,
                Report.Role.RESPONDER, failure));
        int notify = NotifyType.of(failure).orElse(NotifyType.NO_PROPOSAL_CHOSEN.code());
        notifyStranger(subject(path, "informational", connection), path, header.initiator(), header.responder(),
                notify);
    }

    private void notifyStranger(Report.Subject subject, Path path, Cookie initiator, Cookie responder, int type) {
        if (!limiter.allows(path.remote().getAddress(), context.now())) {
            return;
        }
        var header = IsakmpHeader.of(initiator, responder, ExchangeType.INFORMATIONAL.code(), 0,
                context.random().nextInt());
        var notification = Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP, Bytes.EMPTY, type, Bytes.EMPTY);
        context.tell(new Report.Notify(subject, true, NotifyType.nameOf(type),
                false, ""));
        context.perform(new Effect.Send(path, MessageWriter.write(header, List.of(notification))));
    }

    @Override
    public void established(PhaseOneNegotiation negotiation, PhaseOneResult result) {
        var sa = new IsakmpSa(context, negotiation, result, this);
        table.establish(negotiation, sa);
        ConnectionControl connection = control(result.connection());
        var detector = new DeadPeerDetector(context, sa, connection::inboundSas, () -> dead(connection, sa));
        detectors.keySet().removeIf(IsakmpSa::closed);
        detectors.put(sa, detector);
        if (result.initialContact()) {
            connections.stream().filter(each -> each.connection().samePeer(result.connection()))
                    .forEach(each -> each.peerRestarted(negotiation.begun()));
        }
        connection.established(negotiation, sa);
        detector.start();
    }

    private void dead(ConnectionControl connection, IsakmpSa sa) {
        connection.dead(sa, detectors.get(sa).unanswered());
    }

    @Override
    public void failed(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer) {
        table.remove(negotiation);
        context.tell(new Report.Failed(negotiation.subject(), Report.Mode.MAIN_MODE, negotiation.role(), failure));
        answer.ifPresent(type -> notifyPeer(negotiation, type));
        negotiation.connection().map(this::control).ifPresent(each -> each.failed(negotiation, failure));
    }

    @Override
    public void suspects(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer) {
        context.tell(new Report.Failed(negotiation.subject(), Report.Mode.MAIN_MODE, negotiation.role(), failure));
        answer.ifPresent(type -> notifyPeer(negotiation, type));
        negotiation.connection().map(this::control).ifPresent(each -> each.suspects(negotiation, failure));
    }

    private void notifyPeer(PhaseOneNegotiation negotiation, int type) {
        boolean initiator = negotiation.role() == Report.Role.INITIATOR;
        Cookie peer = negotiation.peer().orElse(Cookie.NONE);
        notifyStranger(negotiation.subject(), negotiation.path(), initiator ? negotiation.own() : peer,
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
                    Payload.Notification.of(PhaseTwoOffer.PROTO_ESP, Bytes.EMPTY, type, Bytes.EMPTY)));
        });
        control(sa.connection()).childFailed(sa, negotiation, failure);
    }

    @Override
    public void moved(IsakmpSa sa) {
        control(sa.connection()).moved(sa);
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
            spi(notification.spi()).ifPresent(spi -> PhaseTwoOffer.lifetime(notification.data())
                    .ifPresent(lifetime -> control(sa.connection()).shorten(spi, lifetime)));
        } else {
            String name = NotifyType.nameOf(type);
            context.tell(new Report.Notify(sa.subject("informational", messageId), false, name, true, ""));
            if (NotifyType.isError(type)) {
                sa.underWay().stream().filter(each -> each.role() == Report.Role.INITIATOR).findFirst()
                        .ifPresent(each -> each.refused(name));
            }
        }
    }

    private void deleted(IsakmpSa sa, Payload.Delete delete) {
        ConnectionControl connection = control(sa.connection());
        if (delete.protocol() == PhaseOneOffer.PROTO_ISAKMP) {
            Bytes own = Bytes.concat(sa.result().initiator().bytes(), sa.result().responder().bytes());
            if (delete.spis().contains(own)) {
                connection.sessionDeletedByPeer(sa);
            }
        } else if (delete.protocol() == PhaseTwoOffer.PROTO_ESP) {
            for (Bytes spi : delete.spis()) {
                spi(spi).ifPresent(connection::deletedByPeer);
            }
        }
    }

    private static Optional<Spi> spi(Bytes bytes) {
        return bytes.length() == Integer.BYTES && Integer.compareUnsigned(bytes.intAt(0), Spi.MIN) >= 0
                ? Optional.of(new Spi(bytes.intAt(0)))
                : Optional.empty();
    }

    private static String exchange(IsakmpHeader header) {
        return ExchangeType.nameOf(header.exchange());
    }

    private void drop(Path path, String exchange, String reason) {
        context.tell(new Report.Dropped(subject(path, exchange, Optional.empty()), reason));
    }
}
