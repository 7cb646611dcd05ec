package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkEvents;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.spi.DataPlaneContext;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes events of the SPI from those of the kernel: only about SAs and policies of this data plane, and not the same
/// acquire again and again.
final class KernelReports implements NetlinkEvents.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(KernelReports.class);
    private static final Duration ACQUIRE_PAUSE = Duration.ofSeconds(1);
    /// Each move to another address takes sequence numbers ([ReplayState]): a peer that changes it with every packet does
    /// not use them up.
    private static final Duration MOVE_PAUSE = Duration.ofSeconds(1);

    private final DataPlaneContext context;
    private final KernelTables tables;
    private final ControlThread control;
    private final Map<SaGroup, Instant> asked = new HashMap<>();
    /// When those may move again that moved a moment ago.
    private final Map<SaGroup, Instant> moved = new HashMap<>();
    /// Events that are not handled yet.
    private final Set<XfrmEvent> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicLong acquires = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile boolean closed;

    KernelReports(DataPlaneContext context, KernelTables tables, ControlThread control) {
        this.context = context;
        this.tables = tables;
        this.control = control;
    }

    @Override
    public void heard(NetlinkMessage message) {
        try {
            XfrmEvent event = XfrmEventReader.read(message);
            if (event instanceof XfrmEvent.Acquire) {
                acquires.incrementAndGet();
            }
            if (concerns(event) && waiting.add(event)) {
                tell("follow an event of the kernel", () -> {
                    waiting.remove(event);
                    handle(event);
                    return null;
                });
            }
        } catch (ProtocolException strange) {
            unreadable.incrementAndGet();
        } finally {
            message.wipe();
        }
    }

    /// Whether it is about this data plane. Packets cause acquires: of one policy no more than one waits.
    private boolean concerns(XfrmEvent event) {
        return switch (event) {
            case XfrmEvent.Acquire(var index, _, _, _) -> OwnNumbers.isOwn(index)
                    && waiting.stream().noneMatch(other -> other instanceof XfrmEvent.Acquire(var same, _, _, _)
                            && same == index);
            case XfrmEvent.Expire(_, var requestId, _) -> OwnNumbers.isOwn(requestId);
            case XfrmEvent.Mapping(_, var requestId, _, _) -> OwnNumbers.isOwn(requestId);
            case XfrmEvent.Unknown _ -> true;
        };
    }

    /// Has something done that the kernel's tables need. What is refused is told and counted.
    void tell(String what, ControlThread.Question<Void> task) {
        control.tell(what, task, this::refused);
    }

    /// What one event leads to may be refused, and a peer may have caused it: the other tunnels go on. Without the socket
    /// nothing does.
    private void refused(Throwable reason) {
        for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
            if (cause instanceof LinuxException linux && linux.is(Errno.EBADF)) {
                report(new DataPlaneEvent.Failed(reason.getMessage()));
                return;
            }
        }
        refusals.incrementAndGet();
        LOG.warn("{}", reason.getMessage());
    }

    private void handle(XfrmEvent event) throws IOException, DataPlaneException {
        switch (event) {
            case XfrmEvent.Acquire acquire -> acquire(acquire);
            case XfrmEvent.Expire expire -> tables.associations().find(expire.id())
                    .ifPresent(sa -> expired(sa, expire.hard()));
            case XfrmEvent.Mapping mapping -> mapped(mapping);
            case XfrmEvent.Unknown _ -> unreadable.incrementAndGet();
        }
    }

    private void acquire(XfrmEvent.Acquire acquire) {
        Optional<Policy> policy = tables.policies().find(acquire.policyIndex());
        Instant now = context.clock().instant();
        if (policy.isPresent() && policy.get().action() instanceof Policy.Protect(var group, _, var wanted) && wanted
                && !now.isBefore(asked.getOrDefault(group, Instant.MIN))) {
            asked.put(group, now.plus(ACQUIRE_PAUSE));
            report(new DataPlaneEvent.Acquire(policy.get().name(), group, acquire.source(), acquire.destination(),
                    acquire.protocol()));
        }
    }

    /// There is an SA: the next acquire is another.
    void installed(SaGroup group) {
        asked.remove(group);
    }

    private void expired(InstalledSa sa, boolean hard) {
        if (hard) {
            tables.associations().forget(sa.id());
        }
        if (hard || tables.associations().tellSoft(sa.id())) {
            report(new DataPlaneEvent.Expired(sa.id(), sa.group(), hard));
        }
    }

    /// The kernel only tells, with every packet; the SAs are led to the peer's new address here. Those that cannot go there
    /// expire: half of them there, they would serve nobody. The kernel tells of packets of any SA.
    private void mapped(XfrmEvent.Mapping mapping) throws IOException, DataPlaneException {
        Optional<InstalledSa> found = tables.associations().find(mapping.id());
        if (found.isEmpty() || found.get().isAt(mapping.now()) || !found.get().tellsOfPeer()
                || !mayMove(found.get().group())) {
            return;
        }
        InstalledSa inbound = found.get();
        List<InstalledSa> bundle = tables.associations().withPeerOf(inbound);
        try {
            tables.move(bundle, mapping.now());
        } catch (IOException | DataPlaneException refused) {
            for (InstalledSa sa : bundle) {
                expire(sa, refused);
            }
            throw refused;
        }
        report(new DataPlaneEvent.MappingChanged(inbound.id(), inbound.group(), inbound.peer(), mapping.now()));
    }

    private boolean mayMove(SaGroup group) {
        Instant now = context.clock().instant();
        moved.values().removeIf(again -> !now.isBefore(again));
        return moved.putIfAbsent(group, now.plus(MOVE_PAUSE)) == null;
    }

    private void expire(InstalledSa sa, Exception reason) {
        try {
            tables.associations().remove(sa.id());
        } catch (IOException stays) {
            reason.addSuppressed(stays);
        }
        expired(sa, true);
    }

    /// What expired unheard is found by looking; what was asked for unheard is asked for again.
    @Override
    public void missed() {
        missed.incrementAndGet();
        tell("look for SAs that expired", () -> {
            var unheard = tables.associations().unheard(context.clock().instant());
            unheard.gone().forEach(sa -> expired(sa, true));
            unheard.due().forEach(sa -> expired(sa, false));
            return null;
        });
    }

    @Override
    public void failed(IOException cause) {
        report(new DataPlaneEvent.Failed("the kernel's events cannot be heard any more: " + cause.getMessage()));
    }

    private void report(DataPlaneEvent event) {
        if (!closed) {
            context.events().accept(event);
        }
    }

    Map<String, Long> counters() {
        return Map.of("acquires", acquires.get(), "events_missed", missed.get(), "events_unreadable",
                unreadable.get(), "events_refused", refusals.get());
    }

    /// Nothing is reported from here on.
    void close() {
        closed = true;
    }
}
