package io.vanth.ike.session;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.Uniqueness;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One configured connection: what happens to it concerns its ISAKMP SAs, its tunnels or both.
final class ConnectionControl implements ConnectionSessions.Owner {
    private static final Duration REMINDER = Duration.ofSeconds(1);
    /// How long it is left to a peer that has restarted to begin phase 1.
    private static final Duration RESTARTED = Duration.ofSeconds(4);
    /// How long it is left to it to begin phase 2: our packets may be lost meanwhile.
    private static final Duration RENEWED = Duration.ofMillis(300);

    private static final String OPERATOR = "taken down by the operator";
    private static final String STOP = "the daemon stops";
    private static final String RESTART = "the peer has restarted (INITIAL-CONTACT)";

    private final EngineContext context;
    private Connection connection;
    private final OwnAddress own;
    private final ConnectionSessions sessions;
    private final ConnectionTunnels tunnels;
    private Instant nextReminder = Instant.MIN;

    ConnectionControl(EngineContext context, ConnectionSessions.Starter starter, Connection connection) {
        this.context = context;
        this.connection = connection;
        this.own = new OwnAddress(connection);
        this.sessions = new ConnectionSessions(context, connection, own, starter, this);
        this.tunnels = new ConnectionTunnels(context, connection, sessions, this::pursue);
    }

    /// As it is with our present address.
    Connection connection() {
        return own.connection();
    }

    /// As it was written.
    Connection configured() {
        return connection;
    }

    /// From here on phase 1 and the tunnels are as `changed` says; what goes on is not touched.
    void configure(Connection changed) {
        connection = changed;
        own.configure(changed);
        sessions.configure(changed);
        tunnels.configure(changed.tunnels(), "the configuration has changed");
        pursue();
    }

    Optional<TunnelControl> tunnel(String name) {
        return tunnels.named(name);
    }

    Optional<TunnelControl> find(SaGroup group) {
        return tunnels.find(group);
    }

    List<TunnelControl> tunnels() {
        return tunnels.all();
    }

    /// Whether its peer may be at the other end of a path.
    boolean mayUse(Path path) {
        return own.is(path.local().getAddress()) && mayBeAt(path.remote().getAddress());
    }

    /// Whether its peer may be there, whatever our address is.
    boolean mayBeAt(InetAddress remote) {
        return sessions.addresses().include(remote);
    }

    /// Whether the remote address is configured, not only admitted among all.
    boolean expects(Path path) {
        return !connection.remoteHosts().isEmpty() && mayUse(path);
    }

    /// Whether one that is refused on `path` may be its peer, which is configured elsewhere.
    boolean maybeMeant(Path path) {
        return !connection.remoteHosts().isEmpty() && own.is(path.local().getAddress())
                && !mayBeAt(path.remote().getAddress());
    }

    void start() {
        sessions.addresses().start();
        tunnels.start();
    }

    /// Our address is another now, or there is none. IKEv1 cannot move an SA, so all is agreed anew from the new one,
    /// whoever began before: the peer does not know where we are.
    void relocate(Optional<InetAddress> to) {
        boolean elsewhere = own.change(to);
        if (elsewhere) {
            String reason = "our address is now " + to.orElseThrow().getHostAddress();
            List<TunnelControl> wereUp = tunnels.up();
            sessions.leave(reason);
            tunnels.forgotten().forget(reason);
            wereUp.stream().filter(each -> !each.heldDown() && !sessions.addresses().any())
                    .forEach(TunnelControl::want);
        }
        if (to.isPresent()) {
            pursue();
        }
    }

    /// Brings a tunnel up if it is not, at once.
    void want(TunnelControl tunnel) {
        hurry(tunnel);
        tunnels.want(tunnel);
    }

    private void hurry(TunnelControl tunnel) {
        sessions.hurry();
        tunnel.hurry();
    }

    /// The data plane has packets for a tunnel that has no SA. What failed a moment ago has its pause nevertheless.
    void acquire(TunnelControl tunnel) {
        if (connection.acquires(tunnel.tunnel()) && !tunnel.heldDown()) {
            tunnels.want(tunnel);
        }
    }

    /// The operator wants new keys, or a tunnel that is down without having been taken down to come up.
    void renew(TunnelControl tunnel) {
        hurry(tunnel);
        tunnels.renew(tunnel);
    }

    /// Begins whatever is to be begun.
    @Override
    public void pursue() {
        tunnels.all().forEach(tunnels::pursue);
        if (needsSession()) {
            sessions.negotiate();
        }
    }

    /// Whether phase 1 is to be negotiated although no tunnel waits for it: without an ISAKMP SA nobody would notice
    /// that the peer is gone.
    private boolean needsSession() {
        return sessions.newest().isPresent() ? sessions.due() : tunnels.up().stream().anyMatch(TunnelControl::wanted);
    }

    @Override
    public boolean waits() {
        return needsSession() || tunnels.all().stream().anyMatch(TunnelControl::needsKeys);
    }

    @Override
    public void denied() {
        tunnels.all().stream().filter(each -> !each.persistent() && each.current().isEmpty())
                .forEach(TunnelControl::giveUp);
    }

    /// Whether any SA with the peer is there.
    boolean hasSas() {
        return sessions.newest().isPresent() || !tunnels.up().isEmpty();
    }

    /// Whether a new ISAKMP SA is wanted.
    boolean admits(IsakmpSa sa) {
        return sessions.admits(sa);
    }

    /// Ends an ISAKMP SA that is not wanted.
    void refuse(IsakmpSa sa) {
        sessions.refuse(sa);
    }

    /// Phase 1 is done, in either role.
    void established(PhaseOneNegotiation origin, IsakmpSa sa) {
        sessions.established(origin, sa);
    }

    List<IsakmpSa> sessions() {
        return sessions.all();
    }

    /// The message ids of an ISAKMP SA run out.
    void worn(IsakmpSa sa) {
        sessions.worn(sa);
    }

    @Override
    public void leaves(IsakmpSa sa) {
        tunnels.leave(sa);
    }

    @Override
    public void displaced(IsakmpSa by) {
        tunnels.forgotten().forget(by, by.origin().begun(), "the peer has come from elsewhere");
    }

    /// Phase 1 failed.
    void failed(PhaseOneNegotiation failed, Failure failure) {
        sessions.failed(failed, failure);
    }

    /// What may be a stranger's doing is worth remembering only while nothing is up.
    void suspects(PhaseOneNegotiation suspicious, Failure failure) {
        sessions.suspects(suspicious, failure);
    }

    /// The same of a peer that was not answered.
    void suspects(Failure failure) {
        sessions.suspects(failure);
    }

    void childEstablished(QuickModeNegotiation exchange, NegotiatedChild negotiated) {
        tunnels.established(exchange, negotiated);
    }

    void childFailed(IsakmpSa sa, QuickModeNegotiation exchange, Failure failure) {
        tunnels.failed(sa, exchange, failure);
    }

    /// The peer says that it keeps an SA for a shorter time than was agreed.
    void shorten(IsakmpSa sa, Spi outbound, Duration lifetime) {
        tunnels.shorten(sa, outbound, lifetime);
    }

    /// The data plane says that an SA reached a limit.
    void expired(SaId id, boolean hard) {
        tunnels.expired(id, hard);
    }

    /// The peer says that it keeps an ISAKMP SA for a shorter time than was offered.
    void shorten(IsakmpSa sa, Duration lifetime) {
        if (sa.lifetime().shorten(lifetime)) {
            sessions.scheduleEnd(sa);
        }
    }

    /// The peer deleted an SA pair; `outbound` is the SPI of what it will not receive any more.
    void deletedByPeer(IsakmpSa sa, Spi outbound) {
        tunnels.deletedByPeer(sa, outbound);
    }

    void sessionDeletedByPeer(IsakmpSa sa) {
        sessions.deletedByPeer(sa);
    }

    /// The peer refuses our proof although we took phase 1 for done.
    void refusedByPeer(IsakmpSa sa, String notification) {
        sessions.refusedByPeer(sa, new Failure.PeerRefused("our proof of identity", notification, ""));
    }

    /// The peer had no ISAKMP SA with us when it began `sa`: what is older it does not know. What is newer was agreed
    /// since, by a negotiation that ran beside. Some peers forget an ISAKMP SA only, and their traffic goes on: where one
    /// says so, the SA pairs of the connection that lead to it serve until there are new ones.
    void peerRestarted(IsakmpSa sa) {
        Instant begun = sa.origin().begun();
        if (connection.uniqueness() == Uniqueness.NEVER) {
            return;
        }
        sessions.forget(sa, begun, RESTART);
        if (sa.connection().name().equals(connection.name())) {
            tunnels.forgotten().doubt(sa, RESTART);
            context.after(RENEWED, this::renewDoubtful);
        } else {
            tunnels.forgotten().forget(sa, begun, RESTART);
            // The peer may come back with one of its connections only.
            context.after(RESTARTED, this::pursue);
        }
    }

    private void renewDoubtful() {
        if (sessions.newest().isPresent()) {
            pursue();
        }
    }

    /// The peer is dead: what becomes of its tunnels is configured (RFC 3706 leaves it open).
    void dead(IsakmpSa sa, int unanswered) {
        if (sessions.newest(sa).filter(each -> each != sa).isPresent()) {
            // The peer lives on with the SA that came after: it has only forgotten this one.
            sessions.end(sa, "the peer does not know it any more");
            pursue();
            return;
        }
        List<TunnelControl> wereUp = tunnels.up(sa);
        var failure = new Failure.PeerDead(unanswered);
        sessions.remember(failure, Optional.of(sa.circumstances()));
        sessions.end(sa, failure.describe());
        sessions.addresses().advance();
        sessions.forget(sa, Instant.MAX, failure.describe());
        tunnels.forgotten().forget(sa, Instant.MAX, failure.describe());
        if (connection.dpd().action() == Dpd.Action.RESTART) {
            wereUp.stream().filter(each -> !each.heldDown()).forEach(TunnelControl::want);
        } else {
            tunnels.all().stream().filter(each -> !each.persistent() && each.current().isEmpty())
                    .forEach(TunnelControl::giveUp);
        }
        pursue();
    }

    /// The daemon stops.
    void stop() {
        end(STOP);
    }

    /// Takes everything down for good.
    void end(String reason) {
        down(true, reason);
        sessions.addresses().stop();
    }

    /// Takes one tunnel down at the operator's wish; with `hold` the peer must not bring it up again.
    void down(TunnelControl tunnel, boolean hold) {
        tunnels.down(tunnel, hold, OPERATOR);
    }

    /// Takes everything down at the operator's wish, and tells the peer.
    void down(boolean hold) {
        down(hold, OPERATOR);
    }

    private void down(boolean hold, String reason) {
        tunnels.all().forEach(each -> tunnels.down(each, hold, reason));
        sessions.down(reason);
    }

    /// The peer seems to use an SA that is not there, so a Delete was lost: it is told again. The packet proves nothing, but
    /// what is deleted is not there anyhow; the limit keeps us from being used against the peer.
    void unknownSpi(InetAddress source, int spi) {
        boolean soon = context.now().isBefore(nextReminder);
        Optional<IsakmpSa> sa = sessions.all().stream()
                .filter(each -> each.path().remote().getAddress().equals(source)).reduce((_, later) -> later);
        if (sa.isPresent() && !soon && Integer.compareUnsigned(spi, Spi.MIN) >= 0) {
            nextReminder = context.now().plus(REMINDER);
            sa.get().inform(List.of(Deletes.of(new Spi(spi))));
        }
    }

    /// An ISAKMP SA's authenticated messages come from elsewhere.
    void moved(IsakmpSa sa) {
        if (sessions.inUse(sa)) {
            context.tell(new Report.Note(sa.subject("informational", 0), "the peer has moved to " + sa.path()));
            tunnels.installed(sa).move(sa.path().remote());
        }
    }

    /// The data plane saw the peer's authenticated ESP come from elsewhere.
    void moved(TunnelControl tunnel, InetSocketAddress peer) {
        tunnel.current().flatMap(live -> sessions.newest(live.under()))
                .ifPresent(sa -> sa.move(new Path(sa.path().local(), peer, sa.path().natTraversal())));
    }

    /// The data plane met our own packets in the tunnel that they carry.
    void routedBack(TunnelControl tunnel, Failure failure) {
        tunnels.troubled(tunnel, failure);
    }

    DeadPeerDetector.Associations installed(IsakmpSa with) {
        return tunnels.installed(with).associations();
    }

    EngineStatus.ConnectionStatus status() {
        return sessions.status(tunnels.all().stream().map(TunnelControl::status).toList());
    }

    /// What failed here and in its tunnels, or in the one of this name.
    Diagnosis diagnose(Optional<String> only) {
        return Diagnosis.of(connection(), only, status(), sessions.pastFailures(), tunnels);
    }
}
