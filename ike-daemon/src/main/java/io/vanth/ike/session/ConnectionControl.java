package io.vanth.ike.session;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.ChildSa;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.TunnelControl.LiveChild;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One configured connection: keeps its tunnels as they are wanted.
final class ConnectionControl {
    /// How long a responder leaves it to the initiator to bring tunnels up.
    private static final Duration INITIATOR_FIRST = Duration.ofSeconds(2);
    /// How long replaced SAs stay, for packets and messages that are under way.
    private static final Duration OVERLAP = Duration.ofSeconds(10);
    /// How long a new outbound SA is held back at most. It is less than the overlap, in which the older one serves.
    private static final Duration LONGEST_HOLD = OVERLAP.dividedBy(2);
    /// SAs replaced sooner than this came of a collision, and both sides might delete the other's.
    private static final Duration COLLISION = Duration.ofSeconds(5);
    /// The part of its lifetime after which the initiator rekeys a pair.
    private static final double INITIATORS_PART = 0.75;
    private static final Duration REMINDER = Duration.ofSeconds(1);
    /// What one peer may have at once, for rekeys that it never cleans up.
    private static final int MAX_PAIRS = 16;
    private static final int MAX_SESSIONS = 16;
    /// RFC 3948 section 4 recommends it.
    private static final Duration KEEPALIVE = Duration.ofSeconds(20);

    private final EngineContext context;
    private final Sessions sessions;
    private final Connection connection;
    private final Map<String, TunnelControl> tunnels = new LinkedHashMap<>();
    private final List<IsakmpSa> isakmpSas = new ArrayList<>();
    private Optional<PhaseOneNegotiation> negotiation = Optional.empty();
    private Optional<TimerQueue.Timer> retry = Optional.empty();
    private final FailureMemory memory = new FailureMemory();
    private Instant nextReminder = Instant.MIN;
    private int failures;

    /// What the engine does for a connection.
    interface Sessions {
        PhaseOneNegotiation initiate(Connection connection, Path path);

        /// An ISAKMP SA ended.
        void forget(IsakmpSa sa);

        void forget(PhaseOneNegotiation negotiation);
    }

    ConnectionControl(EngineContext context, Sessions sessions, Connection connection) {
        this.context = context;
        this.sessions = sessions;
        this.connection = connection;
        connection.tunnels().forEach(each -> tunnels.put(each.name(), new TunnelControl(each)));
    }

    Connection connection() {
        return connection;
    }

    Optional<TunnelControl> tunnel(String name) {
        return Optional.ofNullable(tunnels.get(name));
    }

    List<TunnelControl> tunnels() {
        return List.copyOf(tunnels.values());
    }

    void start() {
        tunnels.values().forEach(each -> each.start(context.now()));
        tunnels.values().stream().filter(each -> each.tunnel().start() == StartMode.ALWAYS).forEach(this::want);
    }

    /// Brings a tunnel up if it is not.
    void want(TunnelControl tunnel) {
        tunnel.want();
        pursue(tunnel);
    }

    private void pursue(TunnelControl tunnel) {
        if (tunnel.needsKeys()) {
            negotiateTunnel(tunnel);
        }
    }

    /// Begins whatever is to be begun.
    private void pursueAll() {
        tunnels.values().forEach(this::pursue);
        if (needsSession()) {
            negotiate();
        }
    }

    /// Whether phase 1 is to be negotiated although no tunnel waits for it: without an ISAKMP SA nobody would notice
    /// that the peer is gone.
    private boolean needsSession() {
        return newest().map(sa -> !context.now().isBefore(rekeyAt(sa)))
                .orElseGet(() -> tunnels.values().stream().anyMatch(each -> each.wanted()
                        && each.current().isPresent()));
    }

    /// The operator wants new keys, or a tunnel that is down without having been taken down to come up.
    void renew(TunnelControl tunnel) {
        if (tunnel.current().isPresent()) {
            rekey(tunnel);
        } else if (!tunnel.heldDown()) {
            want(tunnel);
        }
    }

    /// Gets new keys for a tunnel that is up.
    private void rekey(TunnelControl tunnel) {
        tunnel.renew();
        pursue(tunnel);
    }

    private void negotiateTunnel(TunnelControl tunnel) {
        Optional<IsakmpSa> sa = newest();
        if (sa.isPresent()) {
            tunnel.began(sa.get().initiate(tunnel.tunnel()), context.now());
        } else {
            negotiate();
        }
    }

    private Optional<IsakmpSa> newest() {
        return isakmpSas.isEmpty() ? Optional.empty() : Optional.of(isakmpSas.getLast());
    }

    /// Begins phase 1, unless it is under way or the peer's address is not known.
    private void negotiate() {
        if (negotiation.isPresent() || connection.remoteAddress().isEmpty()) {
            return;
        }
        retry.ifPresent(TimerQueue.Timer::cancel);
        retry = Optional.empty();
        negotiation = Optional.of(sessions.initiate(connection, pathToPeer()));
    }

    /// Through a NAT, the mapping that is there: RFC 3947 section 4 has a responder begin anew on the floated ports.
    private Path pathToPeer() {
        return newest().filter(sa -> sa.path().natTraversal()).map(IsakmpSa::path)
                .orElseGet(() -> new Path(
                        new InetSocketAddress(connection.localAddress(), connection.localPorts().ike()),
                        new InetSocketAddress(connection.remoteAddress().orElseThrow(), connection.remotePorts().ike()),
                        false));
    }

    /// Whether any SA with the peer is there.
    boolean hasSas() {
        return !isakmpSas.isEmpty() || tunnels.values().stream().anyMatch(each -> each.current().isPresent());
    }

    /// Phase 1 is done, in either role.
    void established(PhaseOneNegotiation origin, IsakmpSa sa) {
        PhaseOneResult result = sa.result();
        if (negotiation.filter(each -> each == origin).isPresent()) {
            negotiation = Optional.empty();
        }
        failures = 0;
        memory.recovered();
        context.tell(new Report.Succeeded(sa.subject("main mode", 0), Report.Mode.MAIN_MODE, result.role(),
                origin.took(), result.proposal() + (result.nat().found() ? ", NAT traversal" : "")));
        List<IsakmpSa> others = List.copyOf(isakmpSas);
        isakmpSas.add(sa);
        scheduleEnd(sa);
        others.forEach(other -> replace(other, sa));
        if (isakmpSas.size() > MAX_SESSIONS) {
            retire(isakmpSas.getFirst(), "the peer has agreed too many after it");
        }
        keepAlive(sa);
        if (result.role() == Report.Role.INITIATOR) {
            pursueAll();
        } else {
            context.after(INITIATOR_FIRST, this::pursueAll);
        }
    }

    /// One of two SAs goes, and its initiator sees to it. When both sides began at the same time, the one with the lower
    /// initiator cookie stays, which both see alike; else the newer.
    private void replace(IsakmpSa older, IsakmpSa newer) {
        boolean collision = older.result().role() != newer.result().role()
                && Duration.between(older.established(), newer.established()).compareTo(COLLISION) < 0;
        if (!collision) {
            if (newer.result().role() == Report.Role.INITIATOR) {
                retireLater(older);
            }
        } else {
            IsakmpSa loser = Long.compareUnsigned(older.result().initiator().value(),
                    newer.result().initiator().value()) < 0 ? newer : older;
            if (loser.result().role() == Report.Role.INITIATOR) {
                retireLater(loser);
            }
        }
    }

    private void retireLater(IsakmpSa sa) {
        sa.schedule(context.after(OVERLAP, () -> {
            retire(sa, "replaced");
            pursueAll();
        }));
    }

    /// Whoever is behind a NAT keeps its mapping open (RFC 3948 section 4).
    private void keepAlive(IsakmpSa sa) {
        if (sa.result().nat().localNat()) {
            sa.schedule(context.after(KEEPALIVE, () -> {
                sa.keepAlive();
                keepAlive(sa);
            }));
        }
    }

    private void scheduleEnd(IsakmpSa sa) {
        Duration lifetime = sa.result().lifetime();
        sa.schedule(context.timers().at(rekeyAt(sa), () -> {
            if (newest().filter(each -> each == sa).isPresent()) {
                pursueAll();
            }
        }));
        sa.schedule(context.after(lifetime, () -> {
            retire(sa, "its lifetime is over");
            pursueAll();
        }));
    }

    /// When phase 1 is negotiated anew: the side that began it goes first.
    private Instant rekeyAt(IsakmpSa sa) {
        double part = sa.result().role() == Report.Role.INITIATOR ? 0.85 : 0.93;
        return sa.established().plus(Duration.ofMillis(Math.round(sa.result().lifetime().toMillis() * part)));
    }

    /// Ends an ISAKMP SA and tells the peer; tunnels go on.
    private void retire(IsakmpSa sa, String reason) {
        if (!sa.closed()) {
            sa.inform(List.of(Deletes.of(sa)));
            end(sa, reason);
        }
    }

    private void end(IsakmpSa sa, String reason) {
        context.tell(new Report.SessionEnded(sa.subject("informational", 0), reason));
        isakmpSas.remove(sa);
        sessions.forget(sa);
        List<Spi> abandoned = sa.underWay().stream().flatMap(each -> each.unconfirmed().stream()).toList();
        sa.close();
        // The peer may already use what an abandoned exchange had for it.
        newest().ifPresent(other -> abandoned.forEach(spi -> other.inform(List.of(Deletes.of(spi)))));
    }

    /// The peer had no SA with us when it began at `begun`: what is older it does not know. What is newer was agreed
    /// since, by a negotiation that ran beside.
    void peerRestarted(Instant begun) {
        forget(begun, "the peer has restarted (INITIAL-CONTACT)");
    }

    private void forget(Instant before, String reason) {
        List.copyOf(isakmpSas).stream().filter(each -> each.established().isBefore(before))
                .forEach(each -> end(each, reason));
        for (TunnelControl tunnel : tunnels.values()) {
            boolean wasUp = tunnel.current().isPresent();
            tunnel.children().stream().filter(each -> each.established().isBefore(before))
                    .forEach(child -> tunnel.drop(child, context));
            if (wasUp && tunnel.current().isEmpty()) {
                tellDown(tunnel, reason);
            }
        }
    }

    private void tellDown(TunnelControl tunnel, String reason) {
        context.tell(new Report.TunnelDown(tunnel.subject(connection.name(), peer()), reason));
    }

    /// Phase 1 failed.
    void failed(PhaseOneNegotiation failed, Failure failure) {
        if (negotiation.filter(each -> each == failed).isPresent()) {
            remember(failure, Optional.of(failed.circumstances()));
            negotiation = Optional.empty();
            failures++;
            tunnels.values().stream().filter(each -> !each.persistent() && each.current().isEmpty())
                    .forEach(TunnelControl::giveUp);
            retryLater(Pauses.after(failures));
        } else {
            suspects(failed, failure);
        }
    }

    /// What may be a stranger's doing is worth remembering only while nothing is up.
    void suspects(PhaseOneNegotiation suspicious, Failure failure) {
        if (isakmpSas.isEmpty()) {
            remember(failure, Optional.of(suspicious.circumstances()));
        }
    }

    private void retryLater(Duration pause) {
        if (tunnels.values().stream().noneMatch(TunnelControl::needsKeys) && !needsSession()) {
            return;
        }
        retry.ifPresent(TimerQueue.Timer::cancel);
        retry = Optional.of(context.after(context.jitter(pause), this::pursueAll));
    }

    private void remember(Failure failure, Optional<Circumstances> circumstances) {
        memory.remember(new Incident(context.now(), failure, circumstances));
    }

    /// What failed here and in its tunnels, or in the one of this name.
    Diagnosis diagnose(Optional<String> only) {
        List<Tunnel> meant = connection.tunnels().stream()
                .filter(each -> only.map(each.name()::equals).orElse(true)).toList();
        var failures = new ArrayList<Diagnosis.Entry>();
        memory.all().forEach(each -> failures.add(new Diagnosis.Entry(Optional.empty(), each)));
        meant.forEach(tunnel -> tunnels.get(tunnel.name()).pastFailures()
                .forEach(each -> failures.add(new Diagnosis.Entry(Optional.of(tunnel), each))));
        failures.sort(Comparator.comparing((Diagnosis.Entry each) -> each.failure().incident().at()).reversed());
        return new Diagnosis(connection, only.map(_ -> meant.getFirst()), status(), failures);
    }

    void childEstablished(IsakmpSa sa, QuickModeNegotiation exchange, NegotiatedChild negotiated) {
        ChildSa child = negotiated.child();
        TunnelControl tunnel = tunnels.get(child.tunnel().name());
        Optional<LiveChild> before = tunnel.current();
        LiveChild live = live(tunnel, child);
        tunnel.adopt(live, context.now());
        context.tell(new Report.Succeeded(exchange.subject(), Report.Mode.QUICK_MODE, child.role(), exchange.took(),
                child.proposal().toString()));
        context.tell(new Report.TunnelUp(exchange.subject(), child.inbound().spi(), child.outbound().spi(),
                child.proposal() + (child.udp() ? ", in UDP" : ""), before.isPresent()));
        if (before.isPresent() && child.role() == Report.Role.INITIATOR) {
            useOutboundLater(tunnel, before.get(), live, negotiated);
        } else {
            useOutbound(tunnel, negotiated);
        }
        before.ifPresent(old -> replace(tunnel, old, child));
        if (tunnel.children().size() > MAX_PAIRS) {
            delete(tunnel, tunnel.children().getFirst());
        }
    }

    private void useOutboundLater(TunnelControl tunnel, LiveChild old, LiveChild live, NegotiatedChild negotiated) {
        Duration left = Duration.between(context.now(), old.expires()).dividedBy(2);
        Duration longest = left.compareTo(LONGEST_HOLD) < 0 ? left : LONGEST_HOLD;
        var change = new OutboundSwitch(context, live.child().inbound(), context.now().plus(longest),
                () -> useOutbound(tunnel, negotiated), negotiated::close);
        live.hold(change);
        change.start();
    }

    private void useOutbound(TunnelControl tunnel, NegotiatedChild negotiated) {
        context.ask(ticket -> new Effect.InstallSa(ticket, negotiated.outbound()), event -> {
            if (event instanceof Event.DataPlaneRefused(_, var reason)) {
                outboundRefused(tunnel, negotiated.child(), reason);
            }
        });
    }

    private LiveChild live(TunnelControl tunnel, ChildSa child) {
        Duration lifetime = child.lifetime();
        // The responder's margin is smaller, so that the initiator goes first.
        double part = child.role() == Report.Role.INITIATOR ? INITIATORS_PART : 0.88;
        part += 0.05 * context.random().nextDouble();
        Instant rekeyAt = context.now().plus(Duration.ofMillis(Math.round(lifetime.toMillis() * part)));
        var live = new LiveChild(child, context.now(), rekeyAt, context.now().plus(lifetime));
        live.schedule(context.timers().at(rekeyAt, () -> rekeyCurrent(tunnel, live)));
        live.schedule(context.timers().at(live.expires(), () -> expired(tunnel, live)));
        return live;
    }

    private void rekeyCurrent(TunnelControl tunnel, LiveChild live) {
        if (tunnel.current().filter(each -> each == live).isPresent()) {
            rekey(tunnel);
        }
    }

    /// The peer says that it keeps an SA for a shorter time than was agreed (RFC 2407 section 4.6.3.1).
    void shorten(Spi outbound, Duration lifetime) {
        for (TunnelControl tunnel : tunnels.values()) {
            tunnel.findOutbound(outbound).filter(live -> live.established().plus(lifetime).isBefore(live.expires()))
                    .ifPresent(live -> {
                        live.schedule(context.timers().at(
                                live.established().plusMillis(Math.round(lifetime.toMillis() * INITIATORS_PART)),
                                () -> rekeyCurrent(tunnel, live)));
                        live.schedule(context.timers().at(live.established().plus(lifetime),
                                () -> expired(tunnel, live)));
                    });
        }
    }

    /// The older pair stays for what is under way; then the side that rekeyed deletes it.
    private void replace(TunnelControl tunnel, LiveChild old, ChildSa by) {
        boolean collision = Duration.between(old.established(), context.now()).compareTo(COLLISION) < 0;
        if (by.role() == Report.Role.INITIATOR && !collision) {
            old.schedule(context.after(OVERLAP, () -> delete(tunnel, old)));
        }
    }

    /// Removes a pair and tells the peer.
    private void delete(TunnelControl tunnel, LiveChild child) {
        if (tunnel.drop(child, context)) {
            newest().ifPresent(sa -> sa.inform(List.of(Deletes.of(child.child()))));
        }
    }

    private void expired(TunnelControl tunnel, LiveChild child) {
        boolean inUse = tunnel.current().filter(each -> each == child).isPresent();
        delete(tunnel, child);
        if (inUse) {
            tellDown(tunnel, "its lifetime ended before new keys were agreed");
            if (tunnel.idle()) {
                pursue(tunnel);
            }
        }
    }

    void childFailed(IsakmpSa sa, QuickModeNegotiation exchange, Failure failure) {
        Optional<TunnelControl> tunnel = exchange.tunnel().map(each -> tunnels.get(each.name()));
        if (tunnel.isEmpty()) {
            remember(failure, Optional.of(exchange.circumstances()));
            return;
        }
        tunnel.get().remember(new Incident(context.now(), failure, Optional.of(exchange.circumstances())));
        if (exchange.role() == Report.Role.INITIATOR) {
            if (failure instanceof Failure.NoAnswer && !sa.lastHeard().isAfter(exchange.begun())) {
                // Without dead peer detection this is how a peer shows that it has forgotten us.
                retire(sa, "the peer does not answer under it");
            }
            retryTunnel(tunnel.get());
        }
    }

    private void retryTunnel(TunnelControl tunnel) {
        Optional<LiveChild> current = tunnel.current();
        if (current.isPresent()) {
            current.get().schedule(context.after(context.jitter(tunnel.pause()), () -> rekey(tunnel)));
        } else if (tunnel.persistent()) {
            context.after(context.jitter(tunnel.pause()), this::pursueAll);
        } else {
            tunnel.giveUp();
        }
    }

    private void outboundRefused(TunnelControl tunnel, ChildSa child, String reason) {
        Optional<LiveChild> refused = tunnel.find(child.inbound());
        if (refused.isEmpty()) {
            return;
        }
        delete(tunnel, refused.get());
        tunnel.remember(new Incident(context.now(), new Failure.DataPlaneRefusal(reason), Optional.empty()));
        if (tunnel.current().isEmpty()) {
            tellDown(tunnel, "the data plane refused the outbound SA: " + reason);
        }
        retryTunnel(tunnel);
    }

    /// The peer seems to use an SA that is not there, so a Delete was lost: it is told again. The packet proves nothing, but
    /// what is deleted is not there anyhow; the limit keeps us from being used against the peer.
    void unknownSpi(InetAddress source, int spi) {
        boolean soon = context.now().isBefore(nextReminder);
        Optional<IsakmpSa> sa = newest().filter(each -> each.path().remote().getAddress().equals(source));
        if (sa.isPresent() && !soon && Integer.compareUnsigned(spi, Spi.MIN) >= 0) {
            nextReminder = context.now().plus(REMINDER);
            sa.get().inform(List.of(Deletes.of(new Spi(spi))));
        }
    }

    /// The peer deleted an SA pair; `outbound` is the SPI of what it will not receive any more.
    void deletedByPeer(Spi outbound) {
        for (TunnelControl tunnel : tunnels.values()) {
            Optional<LiveChild> child = tunnel.findOutbound(outbound);
            if (child.isPresent()) {
                boolean inUse = tunnel.current().equals(child);
                tunnel.drop(child.get(), context);
                if (inUse && tunnel.current().isEmpty()) {
                    tellDown(tunnel, "the peer deleted it");
                    tunnel.remember(new Incident(context.now(), new Failure.DeletedByPeer(), Optional.empty()));
                    retryTunnel(tunnel);
                }
            }
        }
    }

    void sessionDeletedByPeer(IsakmpSa sa) {
        end(sa, "the peer deleted it");
        context.after(context.jitter(Pauses.after(1)), this::pursueAll);
    }

    /// The peer is dead: what becomes of its tunnels is configured (RFC 3706 leaves it open).
    void dead(IsakmpSa sa, int unanswered) {
        if (newest().filter(each -> each != sa).isPresent()) {
            // The peer lives on with the SA that came after: it has only forgotten this one.
            end(sa, "the peer does not know it any more");
            return;
        }
        List<TunnelControl> wereUp = tunnels.values().stream().filter(each -> each.current().isPresent()).toList();
        var failure = new Failure.PeerDead(unanswered);
        remember(failure, Optional.of(sa.circumstances()));
        end(sa, failure.describe());
        forget(Instant.MAX, failure.describe());
        if (connection.dpd().action() == Dpd.Action.RESTART) {
            wereUp.stream().filter(each -> !each.heldDown()).forEach(TunnelControl::want);
        } else {
            tunnels.values().stream().filter(each -> !each.persistent()).forEach(TunnelControl::giveUp);
        }
        pursueAll();
    }

    /// Takes one tunnel down at the operator's wish.
    void down(TunnelControl tunnel) {
        tunnel.holdDown();
        isakmpSas.stream().flatMap(sa -> sa.underWay().stream())
                .filter(each -> each.tunnel().filter(tunnel.tunnel()::equals).isPresent())
                .forEach(QuickModeNegotiation::abandon);
        boolean wasUp = tunnel.current().isPresent();
        tunnel.children().forEach(child -> delete(tunnel, child));
        if (wasUp) {
            tellDown(tunnel, "taken down by the operator");
        }
    }

    /// Takes everything down at the operator's wish, and tells the peer.
    void down() {
        tunnels.values().forEach(this::down);
        retry.ifPresent(TimerQueue.Timer::cancel);
        retry = Optional.empty();
        negotiation.ifPresent(each -> {
            each.abandon();
            sessions.forget(each);
        });
        negotiation = Optional.empty();
        List.copyOf(isakmpSas).forEach(each -> retire(each, "taken down by the operator"));
        memory.recovered();
    }

    void moved(IsakmpSa sa) {
        if (newest().filter(each -> each == sa).isEmpty()) {
            return;
        }
        InetSocketAddress peer = sa.path().remote();
        context.tell(new Report.Note(sa.subject("informational", 0), "the peer has moved to " + sa.path()));
        for (TunnelControl tunnel : tunnels.values()) {
            tunnel.children().stream().filter(each -> each.child().udp()).forEach(
                    each -> context.perform(new Effect.MovePeer(each.child().outbound(), peer)));
        }
    }

    /// The data plane saw the peer's authenticated ESP come from elsewhere.
    void moved(InetSocketAddress peer) {
        newest().ifPresent(sa -> sa.move(new Path(sa.path().local(), peer, sa.path().natTraversal())));
    }

    List<SaId> inboundSas() {
        return tunnels.values().stream().flatMap(each -> each.children().stream()).map(each -> each.child().inbound())
                .toList();
    }

    Optional<TunnelControl> find(SaGroup group) {
        return tunnels.values().stream().filter(each -> each.tunnel().group().equals(group)).findFirst();
    }

    /// The data plane has packets for a tunnel that has no SA.
    void acquire(TunnelControl tunnel) {
        if (tunnel.tunnel().start() != StartMode.PASSIVE && !tunnel.heldDown()) {
            want(tunnel);
        }
    }

    /// The data plane says that an SA reached a limit.
    void expired(SaId id, boolean hard) {
        for (TunnelControl tunnel : tunnels.values()) {
            Optional<LiveChild> child = tunnel.find(id);
            if (child.isPresent() && hard) {
                expired(tunnel, child.get());
            } else if (child.isPresent() && tunnel.current().equals(child)) {
                rekey(tunnel);
            }
        }
    }

    private String peer() {
        return newest().map(sa -> sa.path().toString())
                .or(() -> connection.remoteAddress().map(InetAddress::getHostAddress)).orElse("any");
    }

    EngineStatus.ConnectionStatus status() {
        var state = !isakmpSas.isEmpty()
                ? EngineStatus.State.UP
                : negotiation.isPresent() ? EngineStatus.State.NEGOTIATING : EngineStatus.State.DOWN;
        return new EngineStatus.ConnectionStatus(connection.name(), state, connection.localId().toString(),
                connection.remoteId().toString(), peer(), newest().map(this::status),
                tunnels.values().stream().map(TunnelControl::status).toList(), memory.last());
    }

    private EngineStatus.IsakmpStatus status(IsakmpSa sa) {
        PhaseOneResult result = sa.result();
        return new EngineStatus.IsakmpStatus(result.initiator().toString(), result.responder().toString(),
                result.role().label(), result.proposal().toString(), result.nat().found(), sa.established(),
                rekeyAt(sa),
                sa.established().plus(result.lifetime()));
    }

}
