package io.vanth.ike.session;

import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Takes datagrams to the session that they belong to.
final class Receiver {
    /// No honest first message is larger; it is kept until the negotiation ends.
    private static final int MAX_FIRST_MESSAGE = 4096;
    /// No message in pieces is larger, as no datagram is.
    private static final int MAX_MESSAGE = 0x1_0000;

    private final EngineContext context;
    private final SessionTable table;
    private final Collection<ConnectionControl> connections;
    private final Strangers strangers;
    private final RefusedStrangers refused = new RefusedStrangers();
    private final Reassembler reassembler;
    /// Of its own, so that forged first pieces push out none of a peer that has an exchange with us.
    private final Reassembler firstPieces;
    private final Outcomes outcomes;
    /// Of its own, so that a crowd keeps no peer out whose address is configured.
    private final AggressiveBudget ofPeers = new AggressiveBudget();
    private final AggressiveBudget ofOthers = new AggressiveBudget();
    private boolean stopping;

    Receiver(EngineContext context, SessionTable table, Collection<ConnectionControl> connections) {
        this.context = context;
        this.table = table;
        this.connections = connections;
        this.reassembler = new Reassembler(context);
        this.firstPieces = new Reassembler(context);
        this.strangers = new Strangers(context);
        this.outcomes = new Outcomes(context, table, connections, strangers);
    }

    /// What sessions report to.
    Outcomes outcomes() {
        return outcomes;
    }

    /// Adds to a diagnosis who was refused that may be its peer.
    Diagnosis withStrangers(Diagnosis diagnosis, ConnectionControl connection) {
        return refused.addTo(diagnosis, connection);
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
        MessageReader.Result message = MessageReader.read(datagram);
        Optional<Payload.Fragment> piece = piece(message);
        piece.ifPresentOrElse(each -> piece(path, ((IsakmpMessage) message).header(), each),
                () -> receive(path, datagram, message));
    }

    private static Optional<Payload.Fragment> piece(MessageReader.Result message) {
        return message instanceof IsakmpMessage(_, var payloads) && payloads.size() == 1
                && payloads.getFirst() instanceof Payload.Fragment piece ? Optional.of(piece) : Optional.empty();
    }

    /// A piece is worth keeping only where a whole message would be.
    private void piece(Path path, IsakmpHeader header, Payload.Fragment piece) {
        int limit = largest(path, header);
        if (limit == 0) {
            drop(path, exchange(header), "no fragments are awaited for these cookies");
            return;
        }
        switch ((limit == MAX_MESSAGE ? reassembler : firstPieces).add(path, header, piece, limit)) {
            case Reassembler.Outcome.Waiting() -> {
                // The rest comes, or time ends the wait.
            }
            case Reassembler.Outcome.Dropped(var reason) -> drop(path, exchange(header), reason);
            case Reassembler.Outcome.Whole(var whole) -> {
                MessageReader.Result message = MessageReader.read(whole);
                if (piece(message).isPresent()) {
                    drop(path, exchange(header), "it is a fragment within fragments");
                } else {
                    receive(path, whole, message);
                }
            }
        }
    }

    private int largest(Path path, IsakmpHeader header) {
        Optional<IsakmpSa> sa = table.established(header);
        Optional<PhaseOneNegotiation> negotiation = table.halfOpen(header);
        boolean known = sa.isPresent() || negotiation.isPresent();
        Stream<Connection> meant = known
                ? sa.map(IsakmpSa::connection).or(() -> negotiation.flatMap(PhaseOneNegotiation::connection)).stream()
                : candidates(path).stream().map(ConnectionControl::connection);
        boolean first = header.responder().equals(Cookie.NONE) && !header.initiator().equals(Cookie.NONE);
        boolean welcome = meant.allMatch(each -> each.fragmentation().welcome());
        if (!welcome || !known && (!first || candidates(path).isEmpty())) {
            return 0;
        }
        return known ? MAX_MESSAGE : MAX_FIRST_MESSAGE;
    }

    private void receive(Path path, Bytes datagram, MessageReader.Result result) {
        switch (result) {
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
            lastInClear(path, datagram, message, table.established(header).get().origin());
        } else if (header.responder().equals(Cookie.NONE)) {
            firstMessage(path, datagram, message);
        } else {
            table.halfOpen(header).ifPresentOrElse(each -> each.receive(path, datagram, message),
                    () -> drop(path, exchange(header), "it belongs to no negotiation"));
        }
    }

    /// The message before the last of aggressive mode, which comes again when the last one was lost.
    private void lastInClear(Path path, Bytes datagram, IsakmpMessage message, PhaseOneNegotiation origin) {
        if (message.header().exchange() == ExchangeType.AGGRESSIVE.code()
                && origin.mode() == PhaseOneMode.AGGRESSIVE) {
            origin.repeat(datagram, message);
        } else {
            drop(path, exchange(message.header()), "it is not encrypted although keys are agreed");
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
        } else if (table.answered(header, path).isPresent()) {
            table.answered(header, path).get().receive(path, datagram, message);
        } else if (header.exchange() == ExchangeType.MAIN_MODE.code()) {
            respond(path, datagram, message, PhaseOneMode.MAIN);
        } else if (header.exchange() == ExchangeType.AGGRESSIVE.code()) {
            respond(path, datagram, message, PhaseOneMode.AGGRESSIVE);
        } else {
            // Base mode and whatever else there may be (RFC 2408 section 3.1).
            refuse(path, header, Optional.empty(), new Failure.Unsupported(exchange(header)));
        }
    }

    /// Main mode is answered for every connection, aggressive mode for those that are configured for it.
    private void respond(Path path, Bytes datagram, IsakmpMessage message, PhaseOneMode mode) {
        List<Connection> reachable = candidates(path).stream().map(ConnectionControl::connection)
                .sorted(Comparator.comparing(each -> each.remoteHosts().isEmpty()))
                .toList();
        List<Connection> candidates = reachable.stream()
                .filter(each -> mode == PhaseOneMode.MAIN || each.mode() == mode).toList();
        if (candidates.isEmpty()) {
            Failure failure = reachable.isEmpty()
                    ? new Failure.UnknownPeer(path.remote().getAddress().getHostAddress())
                    : new Failure.Unsupported(exchange(message.header()));
            refuse(path, message.header(), Optional.empty(), failure);
            if (reachable.isEmpty()) {
                refused.remember(path, failure, context.now());
            } else if (reachable.size() == 1) {
                outcomes.find(reachable.getFirst()).ifPresent(control -> control.suspects(failure));
            }
            return;
        }
        if (mode == PhaseOneMode.AGGRESSIVE && !budget(candidates).allows(path.remote().getAddress(), context.now())) {
            drop(path, exchange(message.header()), "too many aggressive modes begin at once");
            return;
        }
        Optional<Connection> sole = candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
        var negotiation = PhaseOneNegotiation.responder(context, outcomes, mode, newCookie(),
                message.header().initiator(), path, sole);
        table.add(negotiation).ifPresent(PhaseOneNegotiation::abandon);
        negotiation.respond(candidates, datagram, message);
    }

    private AggressiveBudget budget(List<Connection> candidates) {
        return candidates.getFirst().remoteHosts().isEmpty() ? ofOthers : ofPeers;
    }

    private List<ConnectionControl> candidates(Path path) {
        return connections.stream().filter(each -> each.mayUse(path)).toList();
    }

    /// A notify in clear proves nothing and changes nothing; it helps to explain (RFC 2408 section 5.14 has it logged).
    private void unauthenticated(Path path, IsakmpMessage message) {
        Optional<PhaseOneNegotiation> negotiation = table.halfOpen(message.header());
        Optional<ConnectionControl> connection = negotiation.flatMap(PhaseOneNegotiation::connection)
                .flatMap(outcomes::find);
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

    private void refuse(Path path, IsakmpHeader header, Optional<ConnectionControl> connection, Failure failure) {
        context.tell(new Report.Failed(subject(path, exchange(header), connection),
                header.exchange() == ExchangeType.AGGRESSIVE.code() ? Report.Mode.AGGRESSIVE : Report.Mode.MAIN_MODE,
                Report.Role.RESPONDER, failure));
        int notify = NotifyType.of(failure).orElse(NotifyType.NO_PROPOSAL_CHOSEN.code());
        strangers.tell(subject(path, "informational", connection), path, header.initiator(), header.responder(),
                notify);
    }

    private static String exchange(IsakmpHeader header) {
        return ExchangeType.nameOf(header.exchange());
    }

    private void drop(Path path, String exchange, String reason) {
        context.tell(new Report.Dropped(subject(path, exchange, Optional.empty()), reason));
    }
}
