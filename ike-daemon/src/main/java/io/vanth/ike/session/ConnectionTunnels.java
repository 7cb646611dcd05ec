package io.vanth.ike.session;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.LeastLifetime;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.quickmode.ChildSa;
import io.vanth.ike.exchange.quickmode.NegotiatedChild;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tunnels of one connection: gets them the SA pairs that they want, renews them in time, and takes away what was
/// replaced.
final class ConnectionTunnels {
    /// How long a replaced pair stays, for packets that are under way.
    static final Duration OVERLAP = Duration.ofSeconds(10);
    /// How long a replaced pair stays that the peer has to delete.
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /// The part of its lifetime after which the initiator rekeys a pair.
    private static final double INITIATORS_PART = 0.75;
    /// What one peer may have at once, for rekeys that it never cleans up.
    private static final int MAX_PAIRS = 16;

    private final EngineContext context;
    private final Connection connection;
    private final ConnectionSessions sessions;
    private final Runnable pursueAll;
    private final Outbounds outbounds;
    private final Possession possession;
    private final Map<String, TunnelControl> tunnels = new LinkedHashMap<>();

    /// @param pursueAll begins whatever is to be begun for the connection
    ConnectionTunnels(EngineContext context, Connection connection, ConnectionSessions sessions, Runnable pursueAll) {
        this.context = context;
        this.connection = connection;
        this.sessions = sessions;
        this.pursueAll = pursueAll;
        this.outbounds = new Outbounds(context);
        this.possession = new Possession(context);
        connection.tunnels().forEach(each -> tunnels.put(each.name(), new TunnelControl(each)));
    }

    Optional<TunnelControl> named(String name) {
        return Optional.ofNullable(tunnels.get(name));
    }

    Optional<TunnelControl> find(SaGroup group) {
        return tunnels.values().stream().filter(each -> each.tunnel().group().equals(group)).findFirst();
    }

    List<TunnelControl> all() {
        return List.copyOf(tunnels.values());
    }

    List<TunnelControl> up() {
        return tunnels.values().stream().filter(each -> each.current().isPresent()).toList();
    }

    List<TunnelControl> up(IsakmpSa with) {
        return up().stream().filter(each -> each.current().orElseThrow().under().samePeer(with)).toList();
    }

    void start() {
        tunnels.values().forEach(each -> each.start(context.now()));
        tunnels.values().stream().filter(each -> each.tunnel().start() == StartMode.ALWAYS && !each.heldDown())
                .forEach(this::want);
    }

    /// From here on they are these.
    void configure(List<Tunnel> changed, String reason) {
        new TunnelSuccession(tunnels, each -> down(each, true, reason), this::want, each -> {
            if (each.current().isPresent()) {
                rekey(each);
            }
        }).become(changed, context.now());
    }

    /// Brings a tunnel up if it is not.
    void want(TunnelControl tunnel) {
        tunnel.want();
        pursue(tunnel);
    }

    /// Begins quick mode where it is to be begun, or phase 1 where it lacks.
    void pursue(TunnelControl tunnel) {
        if (tunnel.needsKeys() && tunnel.rests(context.now())) {
            tunnel.afterRest(context, pursueAll);
        } else if (tunnel.needsKeys()) {
            // A tunnel that is up stays with its peer.
            tunnel.current().map(live -> sessions.newest(live.under())).orElseGet(sessions::newest).ifPresentOrElse(
                    sa -> tunnel.began(sa.initiate(tunnel.tunnel()), context.now()), this::negotiate);
        }
    }

    /// While another peer is there, phase 1 would be agreed with that one.
    private void negotiate() {
        if (sessions.newest().isEmpty()) {
            sessions.negotiate();
        }
    }

    /// An ISAKMP SA that is not in use is about to end. Some peers tie IPsec SAs to the ISAKMP SA under which they were
    /// agreed, or which took that one's place; so what was not agreed under the one in use is agreed anew in time.
    void leave(IsakmpSa sa) {
        tunnels.values().stream()
                .filter(tunnel -> tunnel.current().filter(live -> mayGoWith(live, sa)).isPresent())
                .forEach(this::rekey);
    }

    private boolean mayGoWith(LiveChild live, IsakmpSa sa) {
        return live.under().samePeer(sa)
                && sessions.newest(sa).filter(each -> each != sa && each != live.under()).isPresent()
                && !live.under().established().isAfter(sa.established());
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

    void established(QuickModeNegotiation exchange, NegotiatedChild negotiated) {
        ChildSa child = negotiated.child();
        TunnelControl tunnel = tunnels.get(child.tunnel().name());
        if (possession.declines(tunnel, exchange, negotiated)) {
            return;
        }
        possession.others(tunnel, exchange).forEach(each -> delete(tunnel, each));
        Optional<LiveChild> before = tunnel.current();
        LiveChild live = live(tunnel, exchange, child);
        exchange.sa().carries();
        tunnel.adopt(live, context.now());
        context.tell(new Report.Succeeded(exchange.subject(), Report.Mode.QUICK_MODE, child.role(), exchange.took(),
                child.proposal().toString()));
        context.tell(new Report.TunnelUp(exchange.subject(), exchange.circumstances().path(), child.inbound().spi(),
                child.outbound().spi(),
                child.proposal() + (child.udp() ? ", in UDP" : ""), before.isPresent()));
        outbounds.begin(before, live, negotiated, reason -> outboundRefused(tunnel, child, reason));
        before.ifPresent(old -> replace(tunnel, old, live));
        if (tunnel.outdated(child.tunnel())) {
            // The configuration has changed meanwhile.
            context.after(Duration.ZERO, () -> rekeyCurrent(tunnel, live));
        }
        if (tunnel.children().size() > MAX_PAIRS) {
            delete(tunnel, tunnel.children().getFirst());
        }
        if (exchange.sa().due() && !sessions.inUse(exchange.sa())) {
            // The peer has begun under an ISAKMP SA that we have left already.
            leave(exchange.sa());
        }
    }

    private LiveChild live(TunnelControl tunnel, QuickModeNegotiation exchange, ChildSa child) {
        Duration lifetime = kept(tunnel, exchange, child.lifetime());
        // The responder's margin is smaller, so that the initiator goes first.
        double part = child.role() == Report.Role.INITIATOR ? INITIATORS_PART : 0.88;
        part += 0.05 * context.random().nextDouble();
        Instant rekeyAt = context.now().plus(Duration.ofMillis(Math.round(lifetime.toMillis() * part)));
        var live = new LiveChild(child, exchange.sa(), exchange.begun(), context.now(), rekeyAt,
                context.now().plus(lifetime));
        limit(tunnel, live, rekeyAt, live.expires());
        return live;
    }

    private void limit(TunnelControl tunnel, LiveChild live, Instant rekeyAt, Instant expires) {
        live.limit(context.timers().at(rekeyAt, () -> rekeyCurrent(tunnel, live)),
                context.timers().at(expires, () -> expired(tunnel, live)));
    }

    private Duration kept(TunnelControl tunnel, QuickModeNegotiation exchange, Duration agreed) {
        Duration kept = LeastLifetime.kept(agreed, tunnel.tunnel().lifetime());
        if (!kept.equals(agreed)) {
            var failure = new Failure.LifetimeTooShort(agreed, kept);
            context.tell(new Report.Note(exchange.subject(), failure.describe()));
            tunnel.remember(new Incident(context.now(), failure, Optional.of(exchange.circumstances())));
        }
        return kept;
    }

    private void rekeyCurrent(TunnelControl tunnel, LiveChild live) {
        if (tunnel.current().filter(each -> each == live).isPresent()) {
            rekey(tunnel);
        }
    }

    /// The peer says that it keeps an SA for a shorter time than was agreed (RFC 2407 section 4.6.3.1).
    void shorten(IsakmpSa by, Spi outbound, Duration named) {
        for (TunnelControl tunnel : tunnels.values()) {
            Duration lifetime = LeastLifetime.kept(named, tunnel.tunnel().lifetime());
            tunnel.findOutbound(by, outbound).filter(live -> live.established().plus(lifetime).isBefore(live.expires()))
                    .ifPresent(live -> limit(tunnel, live,
                            live.established().plusMillis(Math.round(lifetime.toMillis() * INITIATORS_PART)),
                            live.established().plus(lifetime)));
        }
    }

    /// One of two pairs goes, after it stayed for what is under way: its initiator sees to it when both sides began at
    /// the same time, else the one that began the newer.
    private void replace(TunnelControl tunnel, LiveChild older, LiveChild newer) {
        boolean ours;
        LiveChild loser;
        if (newer.collidesWith(older)) {
            loser = newer.losesAgainst(older) ? newer : older;
            ours = loser.child().role() == Report.Role.INITIATOR;
            tunnel.prefer(loser == newer ? older : newer);
        } else {
            loser = older;
            ours = newer.child().role() == Report.Role.INITIATOR;
        }
        loser.schedule(context.after(ours ? OVERLAP : PATIENCE, () -> {
            if (tunnel.current().filter(each -> each == loser).isEmpty()) {
                delete(tunnel, loser);
            }
        }));
    }

    /// Removes a pair and tells the peer.
    private void delete(TunnelControl tunnel, LiveChild child) {
        if (tunnel.drop(child, context)) {
            sessions.newest(child.under()).ifPresent(sa -> sa.inform(List.of(Deletes.of(child.child()))));
        }
    }

    private void expired(TunnelControl tunnel, LiveChild child) {
        end(tunnel, child, "its lifetime ended before new keys were agreed");
    }

    private void end(TunnelControl tunnel, LiveChild child, String reason) {
        boolean inUse = tunnel.current().filter(each -> each == child).isPresent();
        delete(tunnel, child);
        if (inUse) {
            tellDown(tunnel, reason);
            if (tunnel.idle()) {
                pursue(tunnel);
            }
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

    void failed(IsakmpSa sa, QuickModeNegotiation exchange, Failure failure) {
        Optional<TunnelControl> tunnel = exchange.tunnel().map(each -> tunnels.get(each.name()));
        if (tunnel.isEmpty()) {
            sessions.remember(failure, Optional.of(exchange.circumstances()));
            return;
        }
        tunnel.get().remember(new Incident(context.now(), failure, Optional.of(exchange.circumstances())));
        if (exchange.role() == Report.Role.INITIATOR) {
            if (failure instanceof Failure.PeerRefused && sa.refusedOften()) {
                sessions.retire(sa, "the peer refuses all tunnels under it");
            }
            if (failure instanceof Failure.NoAnswer && !sa.lastHeard().isAfter(exchange.begun())) {
                // Without dead peer detection this is how a peer shows that it has forgotten us.
                sessions.retire(sa, "the peer does not answer under it");
                // What else waited under it begins again, even when this tunnel is given up.
                context.after(context.jitter(Pauses.after(1)), pursueAll);
            }
            retry(tunnel.get());
        }
    }

    private void retry(TunnelControl tunnel) {
        tunnel.rest(context);
        resume(tunnel);
    }

    /// Tries again after the pause, if it is to be up.
    private void resume(TunnelControl tunnel) {
        if (tunnel.current().isPresent() || tunnel.persistent()) {
            tunnel.afterRest(context, pursueAll);
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
        retry(tunnel);
    }

    /// The peer deleted an SA pair; `outbound` is the SPI of what it will not receive any more.
    void deletedByPeer(IsakmpSa by, Spi outbound) {
        for (TunnelControl tunnel : tunnels.values()) {
            Optional<LiveChild> child = tunnel.findOutbound(by, outbound);
            if (child.isPresent()) {
                boolean inUse = tunnel.current().equals(child);
                tunnel.drop(child.get(), context);
                if (inUse && tunnel.current().isEmpty()) {
                    tellDown(tunnel, "the peer deleted it");
                    tunnel.remember(new Incident(context.now(), new Failure.DeletedByPeer(), Optional.empty()));
                    tunnel.lost(context, child.get().established());
                    resume(tunnel);
                }
            }
        }
    }

    /// Something of this host is in the way of a tunnel, up though it may be.
    void troubled(TunnelControl tunnel, Failure failure) {
        context.tell(new Report.Trouble(tunnel.subject(connection.name(), sessions.peer()), failure));
        tunnel.remember(new Incident(context.now(), failure, Optional.empty()));
    }

    /// What the peers do not know any more.
    ForgottenPairs forgotten() {
        return new ForgottenPairs(context, all(), this::end, this::tellDown);
    }

    /// Takes one tunnel down at the operator's wish, and says why.
    void down(TunnelControl tunnel, boolean hold, String reason) {
        tunnel.holdDown(hold);
        sessions.all().stream().flatMap(sa -> sa.underWay().stream())
                .filter(each -> each.tunnel().map(Tunnel::group).filter(tunnel.tunnel().group()::equals).isPresent())
                .forEach(QuickModeNegotiation::abandon);
        boolean wasUp = tunnel.current().isPresent();
        tunnel.children().forEach(child -> delete(tunnel, child));
        if (wasUp) {
            context.tell(new Report.TunnelDown(tunnel.subject(connection.name(), sessions.peer()),
                    reason, true));
        }
    }

    private void tellDown(TunnelControl tunnel, String reason) {
        context.tell(new Report.TunnelDown(tunnel.subject(connection.name(), sessions.peer()), reason, false));
    }

    /// What is agreed with the peer of `by`.
    InstalledPairs installed(IsakmpSa by) {
        return new InstalledPairs(context, tunnels.values().stream().flatMap(each -> each.children().stream())
                .filter(each -> each.under().samePeer(by)).map(LiveChild::child).toList());
    }
}
