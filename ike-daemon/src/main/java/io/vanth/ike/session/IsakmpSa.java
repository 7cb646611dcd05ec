package io.vanth.ike.session;

import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.quickmode.HashedPayloads;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An established ISAKMP SA: its keys, the exchanges under it, and which message ids were used.
final class IsakmpSa implements AutoCloseable {
    /// RFC 3948 section 4 recommends it.
    private static final Duration KEEPALIVE = Duration.ofSeconds(20);

    private static final int MANY_REFUSALS = 3;
    private static final int NEVER_OFTEN = Integer.MIN_VALUE;

    private final EngineContext context;
    private final PhaseOneNegotiation origin;
    private final PhaseOneResult result;
    private final Listener listener;
    private Connection connection;
    private final MessageCipher cipher;
    private final MessageIds messageIds;
    private final SaLifetime lifetime;
    private final QuickModes quickModes;
    private final SaTimers timers = new SaTimers();
    private Path path;
    private Instant lastHeard;
    private long heard;
    private boolean closed;
    private int refusals;

    /// Who learns what happens under it.
    interface Listener {
        void childEstablished(IsakmpSa sa, QuickModeNegotiation negotiation, NegotiatedChild negotiated);

        void childFailed(IsakmpSa sa, QuickModeNegotiation negotiation, Failure failure,
                Optional<Integer> answer);

        void informed(IsakmpSa sa, int messageId, List<Payload> payloads);

        void moved(IsakmpSa sa);

        /// Its message ids run out.
        void worn(IsakmpSa sa);

        /// Why the peer may not bring a tunnel up; empty if it may.
        Optional<Failure> objection(IsakmpSa sa, Tunnel tunnel);
    }

    IsakmpSa(EngineContext context, PhaseOneNegotiation origin, PhaseOneResult result, Listener listener) {
        this.context = context;
        this.origin = origin;
        this.result = result;
        this.connection = result.connection();
        this.listener = listener;
        this.cipher = new MessageCipher(result.proposal().cipher(), result.keys().cipherKey());
        this.lastHeard = context.now();
        this.path = origin.path();
        this.messageIds = new MessageIds(context.random(),
                () -> context.after(Duration.ZERO, () -> listener.worn(this)));
        this.lifetime = new SaLifetime(context, result);
        this.quickModes = new QuickModes(context, this, messageIds);
    }

    /// As it was agreed, with the tunnels that there are now.
    Connection connection() {
        return connection;
    }

    /// From here on the peer may ask for these.
    void serve(List<Tunnel> tunnels) {
        connection = connection.with(tunnels);
    }

    /// Whether it is with the same peer: under one connection there may be several, where its identity leaves that open.
    boolean samePeer(IsakmpSa other) {
        return result.remoteId().isSame(other.result.remoteId());
    }

    PhaseOneResult result() {
        return result;
    }

    PhaseOneNegotiation origin() {
        return origin;
    }

    Cookie own() {
        return origin.own();
    }

    /// The SPI of an ISAKMP SA is both cookies (RFC 2408 section 3.15).
    Bytes cookies() {
        return Bytes.concat(result.initiator().bytes(), result.responder().bytes());
    }

    Path path() {
        return path;
    }

    SaLifetime lifetime() {
        return lifetime;
    }

    Instant established() {
        return lifetime.established();
    }

    /// Whether it is to be replaced.
    boolean due() {
        return !context.now().isBefore(lifetime.rekeyAt()) || messageIds.scarce();
    }

    /// Whether no message can be exchanged under it any more.
    boolean exhausted() {
        return messageIds.exhausted();
    }

    /// A tunnel was agreed under it.
    void carries() {
        refusals = NEVER_OFTEN;
    }

    /// The peer refuses a tunnel. Of an SA that never carried any, that may be the fault: NAT-D payloads are not
    /// authenticated (RFC 3947 section 3.2), and when one was changed on its way, the ends disagree about encapsulation.
    boolean refusedOften() {
        refusals++;
        return refusals >= MANY_REFUSALS;
    }

    Instant lastHeard() {
        return lastHeard;
    }

    /// How many authentic messages of the peer came under it.
    long heard() {
        return heard;
    }

    boolean closed() {
        return closed;
    }

    /// A timer that ends with the SA.
    void schedule(TimerQueue.Timer timer) {
        timers.add(timer);
    }

    void limit(TimerQueue.Timer renewal, TimerQueue.Timer expiry) {
        timers.limit(renewal, expiry);
    }

    Report.Subject subject(String exchange, int messageId) {
        return new Report.Subject(Optional.of(connection().name()), Optional.empty(), path.toString(), exchange,
                messageId);
    }

    /// For explaining how it ends.
    Circumstances circumstances() {
        return new Circumstances(subject("informational", 0), result.role(), path, result.initiator(),
                result.responder(), result.nat(), new ExchangeRecord().progress("the ISAKMP SA was up"));
    }

    /// Begins quick mode for a tunnel.
    QuickModeNegotiation initiate(Tunnel tunnel) {
        return quickModes.initiate(tunnel);
    }

    /// Takes a message that bears the cookies of this SA.
    void receive(Path from, Bytes datagram, EncryptedMessage message) {
        int exchange = message.header().exchange();
        int messageId = message.header().messageId();
        if (exchange == Negotiated.exchange(result.mode()).code() && messageId == 0) {
            origin.repeat(datagram, message);
        } else if (messageId == 0) {
            drop(exchange, messageId, "message id 0 belongs to phase 1 (RFC 2408 section 3.1)");
        } else if (exchange == ExchangeType.QUICK_MODE.code()) {
            quickModes.receive(from, datagram, message);
        } else if (exchange == ExchangeType.INFORMATIONAL.code()) {
            informational(from, message);
        } else {
            unsupported(from, message);
        }
    }

    /// New group mode and the like: authenticated by HASH(1) as all that comes after phase 1, and refused.
    private void unsupported(Path from, EncryptedMessage message) {
        int exchange = message.header().exchange();
        int messageId = message.header().messageId();
        drop(exchange, messageId, ExchangeType.nameOf(exchange) + " is not supported");
        if (!messageIds.used(messageId)
                && exchangeCipher(messageId).open(message) instanceof ExchangeCipher.Legible(var chain, _)
                && authentic(messageId, chain)) {
            messageIds.use(messageId);
            heardFrom(from);
            notifyPeer(Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP, Bytes.EMPTY,
                    NotifyType.UNSUPPORTED_EXCHANGE_TYPE.code(), Bytes.EMPTY));
        }
    }

    private boolean authentic(int messageId, PayloadChain chain) {
        return HashedPayloads.of(chain).map(hashed -> Authenticator
                .matches(Authenticator.hash1(result.keys(), messageId, hashed.rest()), hashed.hash())).orElse(false);
    }

    private void informational(Path from, EncryptedMessage message) {
        int messageId = message.header().messageId();
        if (messageIds.used(messageId) && !quickModes.waitsUnder(messageId)) {
            drop(message.header().exchange(), messageId, "its message id was used before (replay)");
            return;
        }
        switch (exchangeCipher(messageId).open(message)) {
            case ExchangeCipher.Garbage(var reason) -> drop(message.header().exchange(), messageId, reason);
            case ExchangeCipher.Legible(var chain, _) -> inform(from, messageId, chain);
        }
    }

    private void inform(Path from, int messageId, PayloadChain chain) {
        boolean authentic = authentic(messageId, chain);
        var violation = ExchangeScript.INFORMATIONAL.violation(chain.payloads());
        if (!authentic || violation.isPresent()) {
            drop(ExchangeType.INFORMATIONAL.code(), messageId, authentic ? violation.get() : "HASH(1) is wrong");
            return;
        }
        messageIds.use(messageId);
        heardFrom(from);
        listener.informed(this, messageId, chain.payloads());
    }

    /// Sends a notify, and reports it.
    void notifyPeer(Payload.Notification notification) {
        context.tell(new Report.Notify(subject("informational", 0), true,
                NotifyType.nameOf(notification.notifyType()), true, ""));
        inform(List.of(notification));
    }

    /// Sends an authenticated informational message.
    void inform(List<? extends Payload> payloads) {
        int messageId = messageIds.next();
        var all = new ArrayList<Payload>(payloads);
        all.addFirst(new Payload.Hash(
                Authenticator.hash1(result.keys(), messageId, MessageWriter.writePayloads(payloads))));
        var header = IsakmpHeader.of(result.initiator(), result.responder(), ExchangeType.INFORMATIONAL.code(),
                IsakmpHeader.FLAG_ENCRYPTED, messageId);
        send(exchangeCipher(messageId).seal(header, all).message());
    }

    /// Sends a message where the peer is now.
    void send(Bytes message) {
        origin.outbox().send(path, message);
    }

    /// For the messages of one exchange under this SA.
    ExchangeCipher exchangeCipher(int messageId) {
        return new ExchangeCipher(cipher, MessageCipher.exchangeIv(result.keys().prf(), result.proposal().cipher(),
                result.lastBlock(), messageId));
    }

    /// The peer has authenticated a message. Where it came from is where answers go, but only where there is a NAT, whose
    /// mapping may change (RFC 3947 section 4): else whoever delivers a copy first would turn the SA to itself.
    void heardFrom(Path from) {
        lastHeard = context.now();
        heard++;
        if (result.nat().found() && !path.equals(from)) {
            path = from;
            listener.moved(this);
        }
    }

    /// The data plane saw authenticated packets from elsewhere.
    void move(Path to) {
        path = to;
    }

    /// Whoever is behind a NAT keeps its mapping open (RFC 3948 section 4).
    void keepAlive() {
        if (result.nat().localNat()) {
            schedule(context.after(KEEPALIVE, () -> {
                context.perform(new Effect.SendKeepalive(path));
                keepAlive();
            }));
        }
    }

    Listener listener() {
        return listener;
    }

    /// The peer refused a quick mode; `spi` is ours, or empty.
    void refused(int messageId, Bytes spi, String notification) {
        quickModes.refused(messageId, spi).ifPresent(each -> each.refused(notification));
    }

    /// Quick modes that wait for the peer.
    List<QuickModeNegotiation> underWay() {
        return quickModes.underWay();
    }

    void drop(int exchange, int messageId, String reason) {
        context.tell(new Report.Dropped(subject(ExchangeType.nameOf(exchange), messageId), reason));
    }

    /// Ends all exchanges and wipes the keys; again does nothing.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            timers.cancel();
            quickModes.close();
            result.keys().close();
        }
    }
}
