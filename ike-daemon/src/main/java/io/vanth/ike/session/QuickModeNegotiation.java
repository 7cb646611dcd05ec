package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.quickmode.Context;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.exchange.quickmode.ReservingSpi;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.EncryptedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A quick mode under way, or done and remembered.
final class QuickModeNegotiation implements ExchangeOwner<NegotiatedChild> {
    private final EngineContext context;
    private final IsakmpSa sa;
    private final Optional<Tunnel> tunnel;
    private final Report.Role role;
    private final int messageId;
    private final Instant begun;
    private final ExchangeRun<NegotiatedChild> run;
    private Bytes peerSpi = Bytes.EMPTY;

    QuickModeNegotiation(EngineContext context, IsakmpSa sa, Optional<Tunnel> tunnel, Report.Role role, int messageId) {
        this.context = context;
        this.sa = sa;
        this.tunnel = tunnel;
        this.role = role;
        this.messageId = messageId;
        this.begun = context.now();
        this.run = new ExchangeRun<>(context, this, sa.connection().retransmission(), Integer.MAX_VALUE);
    }

    void initiate(Context quickMode, ExchangeCipher cipher) {
        context.tell(new Report.Started(subject(), Report.Mode.QUICK_MODE, role));
        run.begin(ReservingSpi.begin(quickMode, cipher), Bytes.EMPTY);
    }

    /// @param spi what the peer wants to receive with, by which it knows what a notify is about; empty when unknown
    void respond(Transition<NegotiatedChild> transition, Bytes datagram, Bytes spi) {
        peerSpi = spi;
        context.tell(new Report.Started(subject(), Report.Mode.QUICK_MODE, role));
        run.begin(transition, datagram);
    }

    void receive(Bytes datagram, EncryptedMessage message) {
        run.receive(datagram, new Input.Encrypted(message, sa.path()));
    }

    boolean accepted(Bytes datagram) {
        return run.accepted(datagram);
    }

    IsakmpSa sa() {
        return sa;
    }

    boolean over() {
        return run.over();
    }

    /// Whether a notify with this SPI is about it: the SPI is one of the receiver's (RFC 2408 section 3.14).
    boolean concerns(Bytes spi) {
        return run.inbound().filter(id -> Bytes.ofInt(id.spi().value()).equals(spi)).isPresent();
    }

    /// Where a notify about it has its SPI from; empty when that is not known.
    Bytes peerSpi() {
        return peerSpi;
    }

    int messageId() {
        return messageId;
    }

    /// The peer refused with an authenticated notify.
    void refused(String notification) {
        String hint = switch (notification) {
            case "NO-PROPOSAL-CHOSEN" -> "it accepts none of our proposals "
                    + tunnel.map(each -> each.proposals().toString()).orElse("");
            case "INVALID-ID-INFORMATION" -> "it does not accept our networks "
                    + tunnel.map(each -> each.traffic().toString()).orElse("");
            default -> "";
        };
        run.heard(new Circumstances.Said(notification, true));
        run.fail(new Failure.PeerRefused("quick mode", notification, hint), Optional.empty());
    }

    /// For explaining how it ends.
    Circumstances circumstances() {
        return new Circumstances(subject(), role, sa.path(), sa.result().initiator(), sa.result().responder(),
                sa.result().nat(), run.progress());
    }

    /// What it waits for, until it is over.
    Optional<EngineStatus.Waiting> waiting() {
        return run.waiting();
    }

    void abandon() {
        run.abandon();
    }

    Optional<Tunnel> tunnel() {
        return tunnel;
    }

    Report.Role role() {
        return role;
    }

    /// The SPI that the peer was answered with: it may use the SA, and only its message 3 was lost.
    Optional<Spi> unconfirmed() {
        return role == Report.Role.RESPONDER ? run.installed().map(SaId::spi) : Optional.empty();
    }

    /// When it began.
    Instant begun() {
        return begun;
    }

    Duration took() {
        return Duration.between(begun, context.now());
    }

    @Override
    public Path path() {
        return sa.path();
    }

    @Override
    public void send(Bytes message) {
        sa.send(message);
    }

    @Override
    public Report.Subject subject() {
        return new Report.Subject(Optional.of(sa.connection().name()), tunnel.map(Tunnel::name), sa.path().toString(),
                "quick mode", messageId);
    }

    @Override
    public void done(NegotiatedChild negotiated) {
        sa.listener().childEstablished(sa, this, negotiated);
    }

    @Override
    public void failed(Failure failure, Optional<Integer> answer) {
        unconfirmed().ifPresent(spi -> sa.inform(List.of(Deletes.of(spi))));
        sa.listener().childFailed(sa, this, failure, answer);
    }

    @Override
    public void suspects(Failure failure, Optional<Integer> answer) {
        context.tell(new Report.Dropped(subject(), failure.describe()));
    }

    @Override
    public void heardFrom(Path from) {
        // The ISAKMP SA knows where its peer is.
    }

    @Override
    public void floatPort() {
        throw new IllegalStateException("quick mode does not float");
    }
}
