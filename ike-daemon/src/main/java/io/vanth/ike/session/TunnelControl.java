package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One configured tunnel: what is wanted of it, the SA pair in use, and older ones that are on their way out.
final class TunnelControl {
    private Tunnel tunnel;
    private final List<LiveChild> children = new ArrayList<>();
    private boolean wanted;
    private boolean heldDown;
    private boolean refusesPeer;
    private boolean due;
    private Optional<QuickModeNegotiation> pending = Optional.empty();
    private final FailureMemory memory = new FailureMemory();
    private int failures;
    private final Losses losses = new Losses();
    private Instant notBefore = Instant.MIN;
    private Optional<TimerQueue.Timer> retry = Optional.empty();
    private Instant since = Instant.EPOCH;

    TunnelControl(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    /// From here on it is down.
    void start(Instant now) {
        since = now;
    }

    Tunnel tunnel() {
        return tunnel;
    }

    /// From here on it is so; the SAs stay.
    void configure(Tunnel changed) {
        tunnel = changed;
    }

    /// Whether other keys are agreed for `changed`.
    boolean outdated(Tunnel changed) {
        return !tunnel.proposals().equals(changed.proposals()) || !tunnel.flow().equals(changed.flow());
    }

    /// Whether it is to be up now: because the operator said so, or always.
    boolean wanted() {
        return wanted && !heldDown;
    }

    /// New keys are to be agreed even though it may be up.
    void renew() {
        due = true;
    }

    /// Whether quick mode is to be begun: it is due, or the tunnel is wanted and down.
    boolean needsKeys() {
        return idle() && !heldDown && (due || wanted && children.isEmpty());
    }

    /// Whether it is tried again when it fails.
    boolean persistent() {
        return tunnel.start() == StartMode.ALWAYS && !heldDown;
    }

    boolean heldDown() {
        return heldDown;
    }

    /// Whether a peer that wants it up is refused.
    boolean refusesPeer() {
        return refusesPeer;
    }

    void want() {
        wanted = true;
        release();
    }

    void giveUp() {
        wanted = false;
        due = false;
    }

    /// It is not brought up by us any more, and by the peer only if it is not refused.
    void holdDown(boolean refusePeer) {
        giveUp();
        heldDown = true;
        refusesPeer = refusePeer;
    }

    private void release() {
        heldDown = false;
        refusesPeer = false;
    }

    /// The SA pair in use: the newest.
    Optional<LiveChild> current() {
        return children.isEmpty() ? Optional.empty() : Optional.of(children.getLast());
    }

    /// Under what another peer than that of `sa` has it.
    Optional<IsakmpSa> holder(IsakmpSa sa) {
        return current().map(LiveChild::under).filter(each -> !each.samePeer(sa) && !new Rivals(each, sa).inherits());
    }

    List<LiveChild> children() {
        return List.copyOf(children);
    }

    boolean idle() {
        return pending.map(QuickModeNegotiation::over).orElse(true);
    }

    void began(QuickModeNegotiation negotiation, Instant now) {
        pending = Optional.of(negotiation);
        if (children.isEmpty()) {
            since = now;
        }
    }

    void adopt(LiveChild child, Instant now) {
        if (children.isEmpty()) {
            since = now;
        }
        children.add(child);
        due = false;
        failures = 0;
        release();
        memory.recovered();
    }

    /// Of two pairs that were agreed at the same time, the one to use.
    void prefer(LiveChild child) {
        if (children.remove(child)) {
            children.add(child);
        }
    }

    /// The pair that the peer of `by` receives with this SPI. It is looked up without the address, which may have moved
    /// since.
    Optional<LiveChild> findOutbound(IsakmpSa by, Spi spi) {
        return children.stream()
                .filter(each -> each.child().outbound().spi().equals(spi) && each.under().samePeer(by)).findFirst();
    }

    /// The pair with this SA in either direction.
    Optional<LiveChild> find(SaId id) {
        return children.stream().filter(each -> each.child().inbound().equals(id) || each.child().outbound().equals(id))
                .findFirst();
    }

    /// Takes a pair out of the data plane; false if it was gone already.
    boolean drop(LiveChild child, EngineContext context) {
        int index = children.indexOf(child);
        if (index < 0) {
            return false;
        }
        children.remove(index);
        boolean held = child.holds();
        child.end();
        if (!children.isEmpty()) {
            children.get(Math.min(index, children.size() - 1)).useOutbound();
        }
        if (!held) {
            context.perform(new Effect.RemoveSa(child.child().outbound()));
        }
        context.perform(new Effect.RemoveSa(child.child().inbound()));
        if (children.isEmpty()) {
            since = context.now();
        }
        return true;
    }

    void remember(Incident incident) {
        memory.remember(incident);
    }

    /// What is remembered, the oldest first.
    List<EngineStatus.PastFailure> pastFailures() {
        return memory.all();
    }

    /// A try failed: a pause begins, twice as long each time, up to a minute.
    void rest(EngineContext context) {
        failures++;
        notBefore = context.now().plus(context.jitter(Pauses.after(failures)));
    }

    /// The peer has deleted what was in use: a pause begins, longer each time if it had not been up for long.
    void lost(EngineContext context, Instant established) {
        failures++;
        notBefore = context.now().plus(context.jitter(losses.pause(established, context.now())));
    }

    boolean rests(Instant now) {
        return now.isBefore(notBefore);
    }

    /// Does this when the pause is over, once for all who ask.
    void afterRest(EngineContext context, Runnable action) {
        if (retry.filter(each -> !each.over()).isEmpty()) {
            retry = Optional.of(context.timers().at(notBefore, action));
        }
    }

    /// The operator does not want to wait.
    void hurry() {
        notBefore = Instant.MIN;
    }

    EngineStatus.TunnelStatus status() {
        var state = !children.isEmpty()
                ? EngineStatus.State.UP
                : idle() ? EngineStatus.State.DOWN : EngineStatus.State.NEGOTIATING;
        return new EngineStatus.TunnelStatus(tunnel.name(), state, since, tunnel.traffic().local().toString(),
                tunnel.traffic().remote().toString(), tunnel.via().map(TunnelInterface::name),
                current().map(live -> new EngineStatus.ChildStatus(live.child().inbound(), live.child().outbound(),
                        live.child().proposal().toString(), live.child().udp(), live.established(), live.rekeyAt(),
                        live.expires())),
                pending.flatMap(QuickModeNegotiation::waiting), memory.last(!idle()),
                heldDown ? Optional.of(new EngineStatus.TakenDown(refusesPeer)) : Optional.empty());
    }

    Report.Subject subject(String connection, String peer) {
        return new Report.Subject(Optional.of(connection), Optional.of(tunnel.name()), peer, "quick mode", 0);
    }
}
