package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The network of a Linux host, by netlink alone. What it makes is in [HostNumbers]: routes and rules of its own number
/// and one nftables table. Rules, unreachable routes and the filter outlive the process, so that nothing leaks while it
/// is gone; the next run takes them over without a gap, and after [#settle()] only what its policies need is left.
///
/// The filter comes before the routes, and goes after them. Bypass policies get a routing rule in front of all
/// protected networks: where an earlier `protect` policy covers one, the filter drops its packets.
public final class LinuxNetworkSetup implements NetworkSetup {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxNetworkSetup.class);

    /// Lets the mark count when the kernel checks the way back to a packet's sender (`ip-sysctl`, `rp_filter`).
    private static final Path SOURCE_VALID_MARK = Path.of("/proc/sys/net/ipv4/conf/all/src_valid_mark");
    private static final String ON = "1";

    private final NetlinkSocket routeSocket;
    private final NetlinkSocket filterSocket;
    private final LeakFilter filter;
    private final TunnelRoutes routes;
    private final boolean openOnClose;
    private final Map<String, Policy> policies = new LinkedHashMap<>();
    private boolean settled;

    private LinuxNetworkSetup(NetlinkSocket routeSocket, NetlinkSocket filterSocket, String tun, boolean openOnClose)
            throws IOException {
        this.routeSocket = routeSocket;
        this.filterSocket = filterSocket;
        this.openOnClose = openOnClose;
        this.filter = new LeakFilter(filterSocket, tun);
        this.routes = new TunnelRoutes(routeSocket, tun);
    }

    /// The network around the interface `tun`, which is up.
    ///
    /// @param openOnClose whether closing takes the leak protection away too
    /// @throws IOException if the kernel refuses, or another process has the routes: two would undo each other's
    public static LinuxNetworkSetup open(String tun, boolean openOnClose) throws IOException {
        NetlinkSocket route = routeSocket();
        try {
            NetlinkSocket netfilter = NetlinkSocket.open(NetlinkSocket.NETFILTER);
            try {
                letMarksCount();
                return new LinuxNetworkSetup(route, netfilter, tun, openOnClose);
            } catch (IOException refused) {
                netfilter.close();
                throw refused;
            }
        } catch (IOException refused) {
            route.close();
            throw refused;
        }
    }

    private static NetlinkSocket routeSocket() throws IOException {
        try {
            return NetlinkSocket.open(NetlinkSocket.ROUTE, HostNumbers.MARK);
        } catch (LinuxException refused) {
            if (refused.is(Errno.EADDRINUSE)) {
                throw new IOException(
                        "another daemon has the routes of this host; run one, or set dataPlane.routes: false",
                        refused);
            }
            throw refused;
        }
    }

    private static void letMarksCount() throws IOException {
        if (Files.isReadable(SOURCE_VALID_MARK) && Files.readString(SOURCE_VALID_MARK).strip().equals(ON)) {
            return;
        }
        if (Files.isWritable(SOURCE_VALID_MARK)) {
            Files.writeString(SOURCE_VALID_MARK, ON);
        } else {
            LOG.warn("cannot set {}: with a strict rp_filter a peer inside its own protected network is not heard",
                    SOURCE_VALID_MARK);
        }
    }

    @Override
    public void add(Policy policy) throws DataPlaneException {
        if (policy.via().isPresent()) {
            mark(policy);
        } else {
            protect(policy);
        }
    }

    /// The engine's own packets keep their mark, by which the operator's rules let them pass.
    private void mark(Policy policy) throws DataPlaneException {
        try {
            filter.mark(policy);
            routes.mark(policy);
        } catch (IOException refused) {
            DataPlaneException failure = failure(policy, refused);
            try {
                remove(policy);
            } catch (DataPlaneException alsoRefused) {
                failure.addSuppressed(alsoRefused);
            }
            throw failure;
        }
    }

    private void protect(Policy policy) throws DataPlaneException {
        Optional<OwnNetworks> before = own();
        policies.put(policy.name(), policy);
        Optional<OwnNetworks> now = own();
        try {
            filter.add(policy, now);
        } catch (IOException refused) {
            policies.remove(policy.name());
            throw failure(policy, refused);
        }
        try {
            routes.add(policy, now);
        } catch (IOException refused) {
            policies.remove(policy.name());
            DataPlaneException failure = failure(policy, refused);
            try {
                undo("policy '" + policy.name() + "'", () -> routes.remove(policy, before),
                        () -> filter.revert(policy, before));
            } catch (DataPlaneException alsoRefused) {
                failure.addSuppressed(alsoRefused);
            }
            throw failure;
        }
    }

    /// None before [#settle()]: a policy that is not taken over yet may protect what would keep its way.
    private Optional<OwnNetworks> own() {
        return settled ? Optional.of(OwnNetworks.among(policies.values())) : Optional.empty();
    }

    private static DataPlaneException failure(Policy policy, IOException cause) {
        return new DataPlaneException("cannot set the network up for policy '%s' (%s): %s".formatted(policy.name(),
                policy.traffic(), cause.getMessage()), cause);
    }

    @Override
    public void remove(Policy policy) throws DataPlaneException {
        policies.remove(policy.name());
        Optional<OwnNetworks> now = own();
        undo("policy '" + policy.name() + "'", () -> routes.remove(policy, now), () -> filter.remove(policy, now));
    }

    /// Takes away what an earlier run left for policies that this one does not have, and lets own networks keep their
    /// way. Call it when all policies of the configuration have been added.
    @Override
    public void settle() throws DataPlaneException {
        settled = true;
        OwnNetworks own = OwnNetworks.among(policies.values());
        try {
            filter.keep(own);
            routes.keep(own);
        } catch (IOException refused) {
            throw new DataPlaneException("cannot let own networks keep their way: " + refused.getMessage(), refused);
        }
        undo("what an earlier run left", routes::settle, filter::settle);
    }

    @Override
    public void close() {
        try {
            if (openOnClose) {
                undo("the network", routes::removeAll, filter::removeAll);
            } else {
                undo("the routes", routes::leaveProtected, () -> {});
            }
        } catch (DataPlaneException refused) {
            LOG.warn("{}", refused.getMessage());
        } finally {
            abandon();
        }
    }

    /// Gives the sockets back and changes nothing, as the kernel does for a process that was killed.
    void abandon() {
        routeSocket.close();
        filterSocket.close();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void undo(String what, Step first, Step second) throws DataPlaneException {
        IOException failure = null;
        for (Step step : new Step[]{first, second}) {
            try {
                step.run();
            } catch (IOException refused) {
                if (failure == null) {
                    failure = refused;
                } else {
                    failure.addSuppressed(refused);
                }
            }
        }
        if (failure != null) {
            throw new DataPlaneException("cannot remove %s: %s".formatted(what, failure.getMessage()), failure);
        }
    }
}
