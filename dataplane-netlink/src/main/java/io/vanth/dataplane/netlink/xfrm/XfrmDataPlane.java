package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.NatTraversalPort;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkEvents;
import io.vanth.dataplane.netlink.route.Links;
import io.vanth.dataplane.spi.DataPlaneContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The kernel's SAs and policies as a data plane. One thread talks to the kernel, another hears its events and hands them
/// to the first.
///
/// The policies stay in the kernel when the process ends, however it ends: without SAs they let nothing through. The next
/// run finds them, and SAs that were left, by their numbers ([OwnNumbers]).
final class XfrmDataPlane implements DataPlane {
    private final DataPlaneContext context;
    private final KernelTables tables;
    private final NetlinkEvents kernel;
    private final NetlinkEvents links;
    private final Capabilities capabilities;
    private final ControlThread control = new ControlThread();
    private final KernelReports reports;

    /// @param kernel of [Xfrm#EVENT_GROUPS]
    /// @param links  of [Links#EVENT_GROUPS]
    XfrmDataPlane(DataPlaneContext context, KernelTables tables, NetlinkEvents kernel, NetlinkEvents links,
            Set<SecurityProtocol> protocols) {
        this.context = context;
        this.tables = tables;
        this.kernel = kernel;
        this.links = links;
        this.capabilities = new Capabilities(EnumSet.allOf(Cipher.class), EnumSet.allOf(Integrity.class), protocols,
                EnumSet.allOf(Mode.class), true, PreparedSa.LARGEST_WINDOW, true, false);
        this.reports = new KernelReports(context, tables, control);
    }

    void start() {
        kernel.start("vanth-xfrm-events", reports);
        links.start("vanth-link-events", new InterfaceReports(reports, tables.interfaces(), control));
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public CompletionStage<NatTraversalPort> openNatTraversalPort(InetSocketAddress local) {
        return CompletableFuture.failedFuture(new DataPlaneException(
                "the kernel takes ESP out of the daemon's own UDP sockets; it opens none itself"));
    }

    @Override
    public CompletionStage<Spi> allocateSpi(SecurityProtocol protocol, InetAddress destination) {
        return control.ask("allocate an SPI for %s to %s".formatted(protocol, destination.getHostAddress()),
                () -> tables.associations().reserve(protocol, destination));
    }

    @Override
    public CompletionStage<Void> releaseSpi(SaId id) {
        return control.ask("release " + id, () -> {
            tables.associations().release(id);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> install(List<SecurityAssociation> bundle) {
        List<PreparedSa> prepared = new ArrayList<>();
        try {
            for (SecurityAssociation sa : bundle) {
                int link = tables.interfaces().ofGroup(sa.group());
                // The operator's routes into the interface are to let the daemon's packets pass by, as ours do.
                int mark = context.routes() || link != 0 ? OwnNumbers.MARK : 0;
                prepared.add(PreparedSa.of(sa, context.clock().instant(), mark, link));
            }
        } catch (DataPlaneException refused) {
            prepared.forEach(PreparedSa::close);
            return CompletableFuture.failedFuture(refused);
        }
        return control.<Void>ask("install " + bundle.stream().map(SecurityAssociation::id).toList(), () -> {
            install(prepared, new ArrayList<>());
            return null;
        }).whenComplete((_, _) -> prepared.forEach(PreparedSa::close));
    }

    /// First the SAs, then the policies that lead to them.
    private void install(Iterable<PreparedSa> bundle, List<InstalledSa> done) throws IOException, DataPlaneException {
        try {
            for (PreparedSa prepared : bundle) {
                add(prepared);
                done.add(prepared.sa());
            }
            lead(done);
        } catch (IOException | DataPlaneException refused) {
            for (InstalledSa sa : done.reversed()) {
                undo(sa, refused);
            }
            throw refused;
        }
        done.forEach(sa -> reports.installed(sa.group()));
    }

    /// What cannot be undone is told with the reason, and does not keep the rest from being undone.
    private void undo(InstalledSa sa, Exception reason) {
        try {
            tables.associations().undo(sa);
        } catch (IOException stays) {
            reason.addSuppressed(stays);
        }
    }

    private void add(PreparedSa prepared) throws IOException, DataPlaneException {
        try {
            tables.associations().add(prepared);
        } catch (LinuxException refused) {
            String remedy = refused.is(Errno.ENOSYS) || refused.is(Errno.ENOENT) || refused.is(Errno.EPROTONOSUPPORT)
                    ? "; this kernel lacks a module or one of the algorithms " + prepared.names()
                    : "";
            throw new DataPlaneException("cannot install %s with %s: %s%s".formatted(prepared.sa().id(),
                    prepared.names(), refused.getMessage(), remedy), refused);
        }
    }

    private void lead(List<InstalledSa> associations) throws IOException, DataPlaneException {
        Map<SaGroup, Map<TunnelEnds.Leg, TunnelEnds.Ends>> groups = new HashMap<>();
        for (InstalledSa sa : associations) {
            if (sa.isOutbound()) {
                Map<TunnelEnds.Leg, TunnelEnds.Ends> legs = groups.computeIfAbsent(sa.group(), _ -> new HashMap<>());
                int number = (int) legs.keySet().stream().filter(leg -> leg.protocol() == sa.id().protocol()).count();
                legs.put(new TunnelEnds.Leg(sa.group(), sa.id().protocol(), number),
                        new TunnelEnds.Ends(sa.mode(), sa.source(), sa.destination()));
            }
        }
        for (Map.Entry<SaGroup, Map<TunnelEnds.Leg, TunnelEnds.Ends>> each : groups.entrySet()) {
            tables.lead(each.getKey(), each.getValue());
        }
    }

    @Override
    public CompletionStage<Void> movePeer(SaId id, InetSocketAddress peer) {
        return control.ask("move " + id, () -> {
            InstalledSa sa = tables.associations().find(id)
                    .orElseThrow(() -> new DataPlaneException("no SA " + id));
            tables.move(tables.associations().withPeerOf(sa).stream()
                    .filter(each -> each.direction() == sa.direction()).toList(), peer);
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> remove(SaId id) {
        return control.ask("remove " + id, () -> tables.associations().remove(id));
    }

    @Override
    public CompletionStage<List<SaStatus>> associations() {
        return control.ask("list the SAs", () -> tables.associations().statuses());
    }

    @Override
    public CompletionStage<Void> addPolicy(Policy policy) {
        return control.ask("add policy '%s' (%s)".formatted(policy.name(), policy.traffic()), () -> {
            tables.add(policy);
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> removePolicy(String name) {
        return control.ask("remove policy '%s'".formatted(name), () -> tables.remove(name));
    }

    @Override
    public CompletionStage<Void> settle() {
        return control.ask("remove what an earlier run left", () -> {
            tables.settle();
            return null;
        });
    }

    @Override
    public CompletionStage<List<Policy>> policies() {
        return control.ask("list the policies", () -> tables.policies().all());
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>(tables.statistics().read());
        counters.putAll(reports.counters());
        return counters;
    }

    @Override
    public void close() {
        reports.close();
        if (control.stop(() -> tables.close(context.open()))) {
            kernel.close();
            links.close();
        }
    }
}
