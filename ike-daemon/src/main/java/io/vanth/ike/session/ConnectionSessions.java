package io.vanth.ike.session;

import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Differences;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The ISAKMP SAs with the peer of one connection: the newest is in use, older ones are on their way out.
final class ConnectionSessions implements Initiative.Owner {
    /// How long a responder leaves it to the initiator to go on.
    static final Duration INITIATOR_FIRST = Duration.ofSeconds(2);
    /// What one peer may have at once, for rekeys that it never cleans up.
    private static final int MAX_SESSIONS = 16;

    private final EngineContext context;
    private Connection connection;
    private final OwnAddress own;
    private final Starter starter;
    private final Owner owner;
    private final FailureMemory memory = new FailureMemory();
    private final SessionOrder order = new SessionOrder();
    private final Initiative initiative;
    private final Succession succession;

    /// What the engine does for it.
    interface Starter {
        PhaseOneNegotiation initiate(Connection connection, Path path, Retransmission retransmission);

        /// An ISAKMP SA ended.
        void forget(IsakmpSa sa);

        void forget(PhaseOneNegotiation negotiation);
    }

    /// What wants the SAs.
    interface Owner {
        /// Something may be begun that could not before.
        void pursue();

        /// Whether it waits for an ISAKMP SA.
        boolean waits();

        /// The peer is elsewhere since this SA was begun: what was agreed before leads nowhere.
        void displaced(IsakmpSa by);

        /// An ISAKMP SA that is not in use is about to end.
        void leaves(IsakmpSa sa);

        /// Phase 1 could not be had.
        void denied();
    }

    ConnectionSessions(EngineContext context, Connection connection, OwnAddress own, Starter starter, Owner owner) {
        this.context = context;
        this.connection = connection;
        this.own = own;
        this.starter = starter;
        this.owner = owner;
        this.initiative = new Initiative(context, connection, own, starter, this);
        this.succession = new Succession(context, order, this, owner);
    }

    /// An own attempt at phase 1 with what has changed ends: it may be what the operator has mended. What peers have begun
    /// ends as it began.
    void configure(Connection changed) {
        if (!Differences.samePhaseOne(connection, changed)) {
            initiative.outdated();
        }
        connection = changed;
        all().forEach(each -> each.serve(changed.tunnels()));
    }

    /// The one that was agreed last.
    Optional<IsakmpSa> newest() {
        return order.newest();
    }

    /// The one in use with the same peer.
    Optional<IsakmpSa> newest(IsakmpSa peers) {
        return order.newest(peers);
    }

    @Override
    public Optional<IsakmpSa> replaceable() {
        return order.replaceable();
    }

    boolean inUse(IsakmpSa sa) {
        return order.inUse(sa);
    }

    List<IsakmpSa> all() {
        return order.all();
    }

    /// Whether one in use is to be replaced.
    boolean due() {
        return replaceable().filter(IsakmpSa::due).isPresent();
    }

    /// Begins phase 1, unless it is under way or a pause is.
    void negotiate() {
        initiative.begin();
    }

    /// The operator does not want to wait for the end of a pause.
    void hurry() {
        initiative.hurry();
    }

    @Override
    public void pursue() {
        owner.pursue();
    }

    @Override
    public void unresolved(Failure failure) {
        failed(failure, Optional.empty());
    }

    @Override
    public void unaddressed(Failure failure) {
        remember(failure, Optional.empty());
    }

    PeerAddresses addresses() {
        return initiative.addresses();
    }

    /// Whether a new ISAKMP SA is wanted: with `unique: keep`, not while another device uses the identity. A peer that was
    /// restarted says so from the address where it was.
    boolean admits(IsakmpSa sa) {
        return connection.uniqueness() != Uniqueness.KEEP || sa.result().role() == Report.Role.INITIATOR
                || order.with(sa).stream().map(each -> new Rivals(each, sa))
                        .noneMatch(each -> each.elsewhere() && !each.collide());
    }

    /// Ends an ISAKMP SA that is not wanted, after its peer has authenticated itself.
    void refuse(IsakmpSa sa) {
        var failure = new Failure.AlreadyConnected(sa.result().remoteId().toString(), peer());
        context.tell(new Report.Failed(sa.subject("main mode", 0), Report.Mode.MAIN_MODE, sa.result().role(), failure));
        remember(failure, Optional.of(sa.circumstances()));
        NotifyType.of(failure).ifPresent(type -> sa.notifyPeer(
                Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP, sa.cookies(), type, Bytes.EMPTY)));
        retire(sa, failure.describe());
    }

    /// Phase 1 is done, in either role.
    void established(PhaseOneNegotiation origin, IsakmpSa sa) {
        PhaseOneResult result = sa.result();
        initiative.succeeded(origin);
        if (!sa.lifetime().kept().equals(result.lifetime())) {
            var failure = new Failure.LifetimeTooShort(result.lifetime(), sa.lifetime().kept());
            context.tell(new Report.Note(sa.subject("main mode", 0), failure.describe()));
            remember(failure, Optional.of(sa.circumstances()));
        }
        memory.recovered();
        Report.Mode mode = Report.Mode.of(result.mode());
        context.tell(new Report.Succeeded(sa.subject(mode.text(), 0), mode, result.role(),
                origin.took(), result.proposal() + (result.nat().found() ? ", NAT traversal" : "")));
        List<IsakmpSa> others = order.with(sa);
        order.add(sa).ifPresent(oldest -> retire(oldest, "more peers have come after it than there is room for"));
        scheduleEnd(sa);
        others.forEach(other -> succession.replace(other, sa, connection.uniqueness()));
        if (others.size() >= MAX_SESSIONS) {
            retire(others.getFirst(), "the peer has agreed too many after it");
        }
        sa.keepAlive();
        if (result.role() == Report.Role.INITIATOR) {
            owner.pursue();
            succession.leaveAll(others);
        } else {
            context.after(INITIATOR_FIRST, owner::pursue);
        }
        context.after(INITIATOR_FIRST, () -> succession.resume(others));
    }

    /// When it is to be replaced, and when it ends at the latest.
    void scheduleEnd(IsakmpSa sa) {
        sa.limit(context.timers().at(sa.lifetime().rekeyAt(), () -> {
            if (inUse(sa)) {
                owner.pursue();
            } else {
                owner.leaves(sa);
            }
        }), context.timers().at(sa.lifetime().expires(), () -> {
            retire(sa, "its lifetime is over");
            owner.pursue();
        }));
    }

    /// The message ids of an ISAKMP SA run out.
    void worn(IsakmpSa sa) {
        if (sa.exhausted()) {
            retire(sa, "its message ids are used up");
        }
        owner.pursue();
    }

    /// Ends an ISAKMP SA and tells the peer; tunnels go on.
    void retire(IsakmpSa sa, String reason) {
        if (!sa.closed()) {
            sa.inform(List.of(Deletes.of(sa)));
            end(sa, reason);
        }
    }

    /// Ends an ISAKMP SA that the peer does not have any more.
    void end(IsakmpSa sa, String reason) {
        context.tell(new Report.SessionEnded(sa.subject("informational", 0), reason));
        order.remove(sa);
        starter.forget(sa);
        List<Spi> abandoned = sa.underWay().stream().flatMap(each -> each.unconfirmed().stream()).toList();
        sa.close();
        // The peer may already use what an abandoned exchange had for it.
        newest(sa).ifPresent(other -> abandoned.forEach(spi -> other.inform(List.of(Deletes.of(spi)))));
    }

    /// The peer deleted an ISAKMP SA.
    void deletedByPeer(IsakmpSa sa) {
        if (refusesProof(sa)) {
            refusedByPeer(sa, new Failure.PeerRefused("our proof of identity", Failure.PeerRefused.DELETE,
                    "it deleted the ISAKMP SA when it had it, and asked for nothing before"));
            return;
        }
        boolean used = inUse(sa);
        end(sa, "the peer deleted it");
        if (used) {
            initiative.lost(sa.established());
        }
        context.after(context.jitter(Pauses.after(1)), owner::pursue);
    }

    /// Some peers say no more than that when they had the last message of phase 1, ours, and do not believe it.
    private boolean refusesProof(IsakmpSa sa) {
        boolean lastWord = (sa.result().mode() == PhaseOneMode.MAIN) == (sa.result().role() == Report.Role.RESPONDER);
        return lastWord && sa.heard() == 1 && context.now().isBefore(sa.established().plus(INITIATOR_FIRST))
                && order.with(sa).size() == 1;
    }

    /// The peer refuses our proof: in either mode one side is done before the other.
    void refusedByPeer(IsakmpSa sa, Failure failure) {
        remember(failure, Optional.of(sa.circumstances()));
        end(sa, failure.describe());
        initiative.lost(sa.established());
        context.after(context.jitter(Pauses.after(1)), owner::pursue);
    }

    /// Ends what was established before `before`, and is not known to the peer.
    void forget(IsakmpSa peers, Instant before, String reason) {
        order.with(peers).stream().filter(each -> each.established().isBefore(before))
                .forEach(each -> end(each, reason));
    }

    /// Phase 1 failed.
    void failed(PhaseOneNegotiation failed, Failure failure) {
        if (initiative.ended(failed)) {
            failed(failure, Optional.of(failed.circumstances()));
        } else {
            suspects(failed, failure);
        }
    }

    private void failed(Failure failure, Optional<Circumstances> circumstances) {
        remember(failure, circumstances);
        initiative.rest();
        owner.denied();
        if (owner.waits()) {
            initiative.beginLater();
        }
    }

    /// What may be a stranger's doing is worth remembering only while nothing is up.
    void suspects(PhaseOneNegotiation suspicious, Failure failure) {
        if (newest().isEmpty()) {
            remember(failure, Optional.of(suspicious.circumstances()));
        }
    }

    /// The same, where no negotiation had begun.
    void suspects(Failure failure) {
        if (newest().isEmpty()) {
            remember(failure, Optional.empty());
        }
    }

    void remember(Failure failure, Optional<Circumstances> circumstances) {
        memory.remember(new Incident(context.now(), failure, circumstances));
    }

    /// What is remembered, the oldest first.
    List<EngineStatus.PastFailure> pastFailures() {
        return memory.all();
    }

    /// Ends everything at the operator's wish, and tells the peer.
    void down(String reason) {
        initiative.stop();
        all().forEach(each -> retire(each, reason));
        memory.recovered();
    }

    /// Ends what was agreed from another address of ours. The peer is not told: no message would get there.
    void leave(String reason) {
        initiative.stop();
        initiative.recovered();
        all().forEach(each -> end(each, reason));
    }

    /// Where the peer is, for people.
    String peer() {
        return newest().map(sa -> sa.path().toString()).orElseGet(addresses()::toString);
    }

    EngineStatus.ConnectionStatus status(List<EngineStatus.TunnelStatus> tunnels) {
        var state = newest().isPresent()
                ? EngineStatus.State.UP
                : initiative.underWay() ? EngineStatus.State.NEGOTIATING : EngineStatus.State.DOWN;
        return new EngineStatus.ConnectionStatus(connection.name(), state, own.connection().localId().toString(),
                connection.remoteId().toString(), peer(), newest().map(EngineStatus.IsakmpStatus::of), tunnels,
                initiative.waiting(), memory.last(initiative.underWay()));
    }
}
