package io.vanth.ike.session;

import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.VendorNames;
import io.vanth.ike.exchange.aggressive.AgreeingWithPeer;
import io.vanth.ike.exchange.aggressive.GeneratingKey;
import io.vanth.ike.exchange.mainmode.AwaitPeerKey;
import io.vanth.ike.exchange.mainmode.AwaitSelection;
import io.vanth.ike.exchange.phaseone.Endpoint;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// A main mode or aggressive mode under way.
final class PhaseOneNegotiation implements ExchangeOwner<PhaseOneResult> {
    /// Messages under the coming SA that may arrive while the last one of phase 1 is verified.
    private static final int MAX_HELD = 4;
    /// Bad proofs that a peer may have judged before it begins anew: each costs key agreements or signatures (S-22). An
    /// own initiative is bounded by its retransmissions, and must not end by what others send.
    private static final int MAX_BAD_PROOFS = 3;

    private final EngineContext context;
    private final Listener listener;
    private final PhaseOneMode mode;
    private final Report.Role role;
    private final Cookie own;
    private final Optional<Connection> connection;
    private final InetSocketAddress begunFrom;
    private final Instant begun;
    private final ExchangeRun<PhaseOneResult> run;
    private final Outbox outbox;
    /// Unknown until the responder has answered.
    private Cookie peer;
    private Path path;
    private boolean reachable;
    private VendorNames.Announced announced = VendorNames.Announced.NOTHING;
    private List<Held> held = List.of();

    /// A message that came too early.
    record Held(Path from, Bytes datagram, EncryptedMessage message) {}

    /// Who learns what becomes of it.
    interface Listener {
        void established(PhaseOneNegotiation negotiation, PhaseOneResult result);

        void failed(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer);

        void suspects(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer);
    }

    private PhaseOneNegotiation(EngineContext context, Listener listener, PhaseOneMode mode, Report.Role role,
            Cookie own, Cookie peer, Optional<Connection> connection, Path path,
            Retransmission retransmission) {
        this.context = context;
        this.listener = listener;
        this.mode = mode;
        this.role = role;
        this.own = own;
        this.peer = peer;
        this.connection = connection;
        this.path = path;
        this.begunFrom = path.remote();
        this.begun = context.now();
        this.outbox = new Outbox(context, connection);
        this.run = new ExchangeRun<>(context, this, retransmission,
                role == Report.Role.RESPONDER ? MAX_BAD_PROOFS : Integer.MAX_VALUE);
    }

    /// An own initiative; [#initiate(BooleanSupplier)] sends the first message.
    static PhaseOneNegotiation initiator(EngineContext context, Listener listener, Connection connection, Cookie own,
            Path path, Retransmission retransmission) {
        return new PhaseOneNegotiation(context, listener, connection.mode(), Report.Role.INITIATOR, own,
                Cookie.NONE, Optional.of(connection), path, retransmission);
    }

    /// A peer's; [#respond(List, Bytes, IsakmpMessage)] takes the first message.
    static PhaseOneNegotiation responder(EngineContext context, Listener listener, PhaseOneMode mode, Cookie own,
            Cookie peer, Path path, Optional<Connection> probable) {
        return new PhaseOneNegotiation(context, listener, mode, Report.Role.RESPONDER, own, peer, probable,
                path, Retransmission.DEFAULT);
    }

    void initiate(BooleanSupplier initialContact) {
        context.tell(new Report.Started(subject(), Report.Mode.of(mode), role));
        Connection known = connection.orElseThrow();
        run.begin(switch (mode) {
            case MAIN -> AwaitSelection.begin(known, endpoint(), initialContact);
            case AGGRESSIVE -> GeneratingKey.begin(known, endpoint(), initialContact);
        }, Bytes.EMPTY);
    }

    void respond(List<Connection> candidates, Bytes datagram, IsakmpMessage message) {
        context.tell(new Report.Started(subject(), Report.Mode.of(mode), role));
        notice(message.payloads());
        run.begin(switch (mode) {
            case MAIN -> AwaitPeerKey.begin(candidates, endpoint(), message);
            case AGGRESSIVE -> AgreeingWithPeer.begin(candidates, endpoint(), message);
        }, datagram);
    }

    private Endpoint endpoint() {
        return new Endpoint(own, path, context.random(), context.clock());
    }

    /// Takes a message that bears our cookie.
    void receive(Path from, Bytes datagram, MessageReader.Result message) {
        switch (message) {
            case IsakmpMessage clear when acceptable(clear.header()) -> {
                notice(clear.payloads());
                run.receive(datagram, new Input.Clear(clear, believed(from)));
                if (run.accepted(datagram)) {
                    reachable |= !clear.header().responder().equals(Cookie.NONE);
                    peer = theirs(clear.header());
                }
            }
            case EncryptedMessage encrypted when fromPeer(encrypted.header()) && encrypted.header().messageId() != 0 ->
                early(from, datagram, encrypted);
            case EncryptedMessage encrypted when acceptable(encrypted.header()) ->
                // The peer floats to the NAT traversal port with its first encrypted message, RFC 3947 section 4.
                run.receive(datagram, new Input.Encrypted(encrypted, from));
            default -> drop();
        }
    }

    /// A message in clear proves nothing about where the peer is, but for the last one of aggressive mode.
    private Path believed(Path from) {
        return mode == PhaseOneMode.AGGRESSIVE && role == Report.Role.RESPONDER ? from : path;
    }

    /// Something under the SA that is not there yet: kept while the last message is judged, with which the peer was done.
    /// Else it is a refusal, or it shows that the third message of aggressive mode was lost, and the second brings it again.
    private void early(Path from, Bytes datagram, EncryptedMessage message) {
        if (peerMayBeDone() && held.size() < MAX_HELD && datagram.length() <= ExchangeRun.MAX_KEPT) {
            held = new ArrayList<>(held);
            held.add(new Held(from, datagram, message));
        } else if (message.header().exchange() == ExchangeType.INFORMATIONAL.code()) {
            run.receive(datagram, new Input.Encrypted(message, from));
        } else if (mode == PhaseOneMode.AGGRESSIVE && role == Report.Role.RESPONDER) {
            run.remind();
        } else {
            drop();
        }
    }

    /// The last message is the responder's in main mode and the initiator's in aggressive mode. Nobody else has anything to
    /// say under the SA before we have had our say.
    private boolean peerMayBeDone() {
        boolean ours = (mode == PhaseOneMode.MAIN) == (role == Report.Role.RESPONDER);
        return !ours && run.judging();
    }

    private void drop() {
        context.tell(new Report.Dropped(subject(), "it belongs to another exchange than " + exchange()));
    }

    /// Hands what came too early to the SA.
    List<Held> release() {
        List<Held> released = held;
        held = List.of();
        return released;
    }

    private void notice(List<Payload> payloads) {
        outbox.notice(payloads);
        if (announced.equals(VendorNames.Announced.NOTHING)) {
            announced = VendorNames.Announced.in(payloads);
        }
    }

    private boolean acceptable(IsakmpHeader header) {
        // Phase 1 has message id 0, RFC 2408 section 3.1.
        return header.exchange() == Negotiated.exchange(mode).code() && header.messageId() == 0 && fromPeer(header);
    }

    private boolean fromPeer(IsakmpHeader header) {
        Cookie theirs = theirs(header);
        return !theirs.equals(Cookie.NONE) && !theirs.equals(own) && (peer.equals(Cookie.NONE) || peer.equals(theirs));
    }

    private Cookie theirs(IsakmpHeader header) {
        return role == Report.Role.INITIATOR ? header.responder() : header.initiator();
    }

    /// Whether the peer has shown by a further message that its address is its own.
    boolean reachable() {
        return reachable;
    }

    /// What a peer notified without authentication.
    void heard(String notification) {
        run.heard(new Circumstances.Said(notification, false));
    }

    /// For explaining how it ends.
    Circumstances circumstances() {
        boolean initiator = role == Report.Role.INITIATOR;
        return new Circumstances(subject(), role, path, initiator ? own : peer, initiator ? peer : own, run.nat(),
                run.progress());
    }

    /// What it waits for, until it is over.
    Optional<EngineStatus.Waiting> waiting() {
        return run.waiting();
    }

    /// Ends it because its time is over.
    void giveUp() {
        run.giveUp();
    }

    void abandon() {
        run.abandon();
    }

    Report.Role role() {
        return role;
    }

    Cookie own() {
        return own;
    }

    /// The peer's cookie, or [Cookie#NONE].
    Cookie peer() {
        return peer;
    }

    /// The peer's address when it began.
    InetSocketAddress begunFrom() {
        return begunFrom;
    }

    Optional<Connection> connection() {
        return connection;
    }

    /// When it began.
    Instant begun() {
        return begun;
    }

    Duration took() {
        return Duration.between(begun, context.now());
    }

    /// For answering what comes again after it is done.
    void repeat(Bytes datagram, MessageReader.Result message) {
        switch (message) {
            case EncryptedMessage encrypted -> run.receive(datagram, new Input.Encrypted(encrypted, path));
            case IsakmpMessage clear -> run.receive(datagram, new Input.Clear(clear, path));
            case Malformed _ -> throw new IllegalArgumentException("no message");
        }
    }

    PhaseOneMode mode() {
        return mode;
    }

    private String exchange() {
        return Report.Mode.of(mode).text();
    }

    @Override
    public Path path() {
        return path;
    }

    /// What sends to the peer, during the negotiation and after it.
    Outbox outbox() {
        return outbox;
    }

    @Override
    public void send(Bytes message) {
        outbox.send(path, message);
    }

    @Override
    public Report.Subject subject() {
        return new Report.Subject(connection.map(Connection::name), Optional.empty(), path.toString(), exchange(), 0);
    }

    @Override
    public void done(PhaseOneResult result) {
        peer = role == Report.Role.INITIATOR ? result.responder() : result.initiator();
        if (!announced.equals(VendorNames.Announced.NOTHING)) {
            context.tell(new Report.Note(subject(),
                    "the peer announces: " + String.join(", ", announced.names())));
        }
        listener.established(this, result);
    }

    @Override
    public void failed(Failure failure, Optional<Integer> answer) {
        listener.failed(this, failure, answer);
    }

    @Override
    public void suspects(Failure failure, Optional<Integer> answer) {
        listener.suspects(this, failure, answer);
        if (mode == PhaseOneMode.AGGRESSIVE && role == Report.Role.INITIATOR) {
            // Message 2 proves itself. When it does not, the cookie in it is nobody's.
            peer = Cookie.NONE;
        }
    }

    /// What came too early belongs to a proof that was not believed.
    @Override
    public void rests() {
        held = List.of();
    }

    @Override
    public void floatPort() {
        Connection known = connection.orElseThrow();
        path = path.floated(known.localPorts(), known.remotePorts());
    }

    @Override
    public void heardFrom(Path from) {
        path = from;
    }
}
