package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this data plane has in the kernel: SAs, policies, interfaces, routes. For one thread.
///
/// @param routes empty where the operator has them
record KernelTables(NetlinkSocket xfrm, NetlinkSocket route, KernelAssociations associations, KernelPolicies policies,
        KernelInterfaces interfaces, Optional<KernelRoutes> routes, KernelStatistics statistics,
        Consumer<DataPlaneEvent> events) {
    private static final Logger LOG = LoggerFactory.getLogger(KernelTables.class);

    /// In the network namespace of the calling thread. SAs of an earlier run are removed.
    ///
    /// @throws IOException where the kernel refuses, or another data plane is there
    static KernelTables open(boolean withRoutes, Consumer<DataPlaneEvent> events) throws IOException {
        NetlinkSocket xfrm = openXfrm();
        NetlinkSocket route = null;
        try {
            route = NetlinkSocket.open(NetlinkSocket.ROUTE);
            var associations = new KernelAssociations(xfrm);
            associations.removeAll();
            var interfaces = new KernelInterfaces(route);
            return new KernelTables(xfrm, route, associations, new KernelPolicies(xfrm, interfaces::ofPolicy),
                    interfaces, withRoutes ? Optional.of(new KernelRoutes(route)) : Optional.empty(),
                    KernelStatistics.open(),
                    events);
        } catch (IOException refused) {
            xfrm.close();
            if (route != null) {
                route.close();
            }
            throw refused;
        }
    }

    private static NetlinkSocket openXfrm() throws IOException {
        try {
            return NetlinkSocket.open(NetlinkSocket.XFRM, OwnNumbers.SOCKET_PORT);
        } catch (LinuxException refused) {
            if (refused.is(Errno.EADDRINUSE)) {
                throw new IOException("another daemon has the kernel's IPsec tables of this host; run one", refused);
            }
            throw refused;
        }
    }

    void add(Policy policy) throws IOException, DataPlaneException {
        try {
            interfaces.open(policy);
            policies.add(policy);
        } catch (IOException | DataPlaneException refused) {
            closeUnneeded(refused);
            throw refused;
        }
        if (routes.isPresent()) {
            try {
                if (policy.via().isEmpty()) {
                    begin(routes.get(), policy);
                }
                routes.get().keep(policies.networks());
            } catch (IOException refused) {
                undo(policy, refused);
                throw refused;
            }
        }
    }

    private void closeUnneeded(Exception reason) {
        try {
            interfaces.close(policies.all());
        } catch (IOException stays) {
            reason.addSuppressed(stays);
        }
    }

    private void undo(Policy policy, IOException reason) {
        try {
            remove(policy.name());
        } catch (IOException | DataPlaneException stays) {
            reason.addSuppressed(stays);
        }
    }

    boolean remove(String name) throws IOException, DataPlaneException {
        boolean removed = policies.remove(name).isPresent();
        interfaces.close(policies.all());
        if (routes.isPresent()) {
            routes.get().remove(name);
            routes.get().keep(policies.networks());
        }
        return removed;
    }

    /// Leads the outbound packets of a group to other tunnel ends.
    void lead(SaGroup group, Map<TunnelEnds.Leg, TunnelEnds.Ends> now) throws IOException, DataPlaneException {
        Map<TunnelEnds.Leg, TunnelEnds.Ends> before = policies.ends(group);
        policies.lead(group, now);
        if (routes.isPresent()) {
            try {
                route(routes.get(), group);
            } catch (IOException refused) {
                policies.lead(group, before);
                throw refused;
            }
        }
    }

    /// A policy may come when the SAs of its group are there, as the heir of another: it has their way, too.
    private void begin(KernelRoutes to, Policy policy) throws IOException {
        if (policy.action() instanceof Policy.Protect protect && policies.outermost(protect).isPresent()) {
            to.lead(policy, protect, policies.outermost(protect).get().destination());
        } else {
            to.add(policy);
        }
    }

    /// By the way to the end of the outermost tunnel: the inner ones may have none on this host.
    private void route(KernelRoutes to, SaGroup group) throws IOException {
        for (Policy policy : policies.protecting(group)) {
            if (policy.action() instanceof Policy.Protect protect && policy.via().isEmpty()) {
                Optional<TunnelEnds.Ends> outermost = policies.outermost(protect);
                if (outermost.isPresent()) {
                    to.lead(policy, protect, outermost.get().destination());
                }
            }
        }
        to.keep(policies.networks());
    }

    /// Puts SAs of one group to their peer's new address, and the policies that lead to them. Those of a bundle go
    /// together: around compression in tunnel mode ESP in UDP bears the addresses that compression does.
    void move(List<InstalledSa> bundle, InetSocketAddress peer) throws IOException, DataPlaneException {
        List<InstalledSa> away = bundle.stream().filter(sa -> !sa.isAt(peer)).toList();
        if (away.isEmpty()) {
            return;
        }
        if (away.stream().allMatch(sa -> sa.encapsulation().isEmpty())) {
            throw new DataPlaneException(
                    "%s has no ESP in UDP: its peer does not move".formatted(away.getFirst().id()));
        }
        associations.move(away, peer, () -> leadTo(peer, away.stream().filter(InstalledSa::isOutbound).toList()));
    }

    private void leadTo(InetSocketAddress peer, List<InstalledSa> outbound) throws IOException, DataPlaneException {
        if (!outbound.isEmpty()) {
            SaGroup group = outbound.getFirst().group();
            Map<TunnelEnds.Leg, TunnelEnds.Ends> ends = policies.ends(group);
            for (InstalledSa sa : outbound) {
                ends.replaceAll((leg, each) -> leg.protocol() == sa.id().protocol() && sa.isBetween(each)
                        ? each.movedTo(peer.getAddress())
                        : each);
            }
            lead(group, ends);
        }
    }

    void settle() throws IOException, DataPlaneException {
        policies.settle();
        interfaces.settle();
        if (routes.isPresent()) {
            routes.get().keep(policies.networks());
            routes.get().settle();
        }
        if (!policies.networks().own().isEmpty()) {
            warnOfOpenLinks(interfaces.names());
        }
    }

    /// What comes out of the own interfaces came through a tunnel.
    private static void warnOfOpenLinks(Set<String> own) {
        try {
            List<String> open = ReversePathFilter.open(ReversePathFilter.SETTINGS).stream()
                    .filter(link -> !own.contains(link)).toList();
            if (!open.isEmpty()) {
                LOG.warn(
                        "packets with addresses of own networks pass from whatever interface they come: set rp_filter to 1 for {}{}; for IPv6, which has no such setting, add a rule of nftables",
                        open, own.isEmpty() ? "" : " (not by which peers of route-based tunnels come)");
            }
        } catch (IOException unreadable) {
            LOG.warn("cannot tell whether rp_filter is strict: {}", unreadable.getMessage());
        }
    }

    /// Removes the SAs, and with `open` the policies; gives the sockets back.
    void close(boolean open) {
        cleanUp(associations::removeAll);
        if (open) {
            cleanUp(policies::removeAll);
            cleanUp(interfaces::removeAll);
            routes.ifPresent(all -> cleanUp(all::removeAll));
        }
        cleanUp(interfaces::abandon);
        cleanUp(statistics::close);
        xfrm.close();
        route.close();
    }

    private void cleanUp(KernelAssociations.Step step) {
        try {
            step.run();
        } catch (IOException | DataPlaneException refused) {
            events.accept(new DataPlaneEvent.Failed("cannot clean up: " + refused.getMessage()));
        }
    }
}
