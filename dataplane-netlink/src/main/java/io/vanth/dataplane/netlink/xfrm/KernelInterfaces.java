package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.Links;
import io.vanth.dataplane.netlink.route.NetworkLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The XFRM interfaces of route-based tunnels. SAs and policies belong to one by its number, which is of the own range;
/// by it a later run knows the interface. They stay when the process ends, with the operator's routes: without SAs what
/// is routed into them ends there. For one thread, but for [#ofGroup(SaGroup)] and [#names()].
final class KernelInterfaces {
    private static final String NO_ADDRESSES = "1";

    private final Links links;
    private final Map<String, TunnelInterface> wanted = new ConcurrentHashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<SaGroup, Integer> groups = new ConcurrentHashMap<>();
    private final Set<Integer> taken = new HashSet<>();
    private boolean settled;

    KernelInterfaces(NetlinkSocket route) throws IOException {
        this.links = new Links(route);
        links.list().forEach(link -> link.xfrm().ifPresent(taken::add));
    }

    /// Makes the interface of a policy where it is not there, or takes it over; nothing for a policy about the host's
    /// packets.
    void open(Policy policy) throws IOException, DataPlaneException {
        if (policy.via().isPresent()) {
            open(policy, policy.via().get());
        }
    }

    private void open(Policy policy, TunnelInterface via) throws IOException, DataPlaneException {
        TunnelInterface before = wanted.putIfAbsent(via.name(), via);
        if (before == null) {
            try {
                numbers.put(via.name(), make(via));
            } catch (IOException | DataPlaneException refused) {
                wanted.remove(via.name());
                throw refused;
            }
        } else if (!before.equals(via)) {
            throw new DataPlaneException("interface %s has MTU %d for another policy, not %d".formatted(via.name(),
                    before.mtu(), via.mtu()));
        }
        if (policy.action() instanceof Policy.Protect(var group, _, _)) {
            groups.put(group, numbers.get(via.name()));
        }
    }

    private int make(TunnelInterface via) throws IOException, DataPlaneException {
        Optional<NetworkLink> there = links.find(via.name());
        if (there.isPresent()) {
            if (!isOwn(there.get())) {
                throw new DataPlaneException("there is an interface %s, which another program has made".formatted(
                        via.name()));
            }
            links.up(there.get().index(), via.mtu());
            return there.get().xfrm().getAsInt();
        }
        int number = free();
        try {
            make(via, number);
        } catch (IOException | DataPlaneException refused) {
            taken.remove(number);
            throw refused;
        }
        return number;
    }

    private void make(TunnelInterface via, int number) throws IOException, DataPlaneException {
        add(via.name(), number);
        try {
            silence(via.name());
            NetworkLink link = links.find(via.name())
                    .orElseThrow(() -> new IOException(via.name() + " went away at once"));
            links.up(link.index(), via.mtu());
        } catch (IOException refused) {
            remove(via.name());
            throw refused;
        }
    }

    /// Makes an interface again that somebody has removed: its policies and SAs are still there, by its number.
    ///
    /// @return whether it was gone
    boolean restore(String name) throws IOException, DataPlaneException {
        TunnelInterface via = wanted.get(name);
        if (via == null || links.find(name).isPresent()) {
            return false;
        }
        make(via, numbers.get(name));
        return true;
    }

    /// The names of the interfaces that policies need. For any thread.
    Set<String> names() {
        return wanted.keySet();
    }

    private static boolean isOwn(NetworkLink link) {
        return link.xfrm().isPresent() && OwnNumbers.isOwn(link.xfrm().getAsInt());
    }

    private int free() {
        int number = OwnNumbers.BASE + 1;
        while (!taken.add(number)) {
            number++;
        }
        return number;
    }

    private void add(String name, int number) throws IOException, DataPlaneException {
        try {
            links.addXfrm(name, number);
        } catch (LinuxException refused) {
            if (refused.is(Errno.EOPNOTSUPP)) {
                throw new DataPlaneException(
                        "cannot make interface %s: %s; this kernel lacks the module xfrm_interface: "
                                .formatted(name, refused.getMessage())
                                + "load it, or use policy-based tunnels or the data plane userspace",
                        refused);
            }
            throw refused;
        }
    }

    /// The kernel would give the interface an IPv6 link-local address and send its own packets from it.
    private static void silence(String name) throws IOException {
        Path addressMode = Path.of("/proc/sys/net/ipv6/conf", name, "addr_gen_mode");
        if (Files.isWritable(addressMode)) {
            Files.writeString(addressMode, NO_ADDRESSES);
        }
    }

    /// The number of the interface that the packets of a group go through; 0 for none. For any thread.
    int ofGroup(SaGroup group) {
        return groups.getOrDefault(group, 0);
    }

    /// The number of the interface of a policy that has been opened; 0 for a policy about the host's packets.
    int ofPolicy(Policy policy) {
        return policy.via().isEmpty() ? 0 : numbers.get(policy.via().get().name());
    }

    /// Removes the interfaces that were opened and no policy needs any more. Before [#settle()] they stay: the operator's
    /// routes may lead into one that an earlier run has left, and a policy that needs it may come yet.
    void close(Collection<Policy> left) throws IOException {
        Set<String> unneeded = new HashSet<>(wanted.keySet());
        Set<SaGroup> served = new HashSet<>();
        for (Policy policy : left) {
            policy.via().ifPresent(via -> unneeded.remove(via.name()));
            if (policy.action() instanceof Policy.Protect(var group, _, _)) {
                served.add(group);
            }
        }
        groups.keySet().retainAll(served);
        for (String name : unneeded) {
            wanted.remove(name);
            int number = numbers.remove(name);
            if (settled) {
                remove(name);
                taken.remove(number);
            }
        }
    }

    private void remove(String name) throws IOException {
        Optional<NetworkLink> link = links.find(name);
        if (link.isPresent() && isOwn(link.get())) {
            links.delete(link.get().index());
        }
    }

    /// Removes what an earlier run left.
    void settle() throws IOException {
        settled = true;
        for (NetworkLink link : links.list()) {
            if (isOwn(link) && !wanted.containsKey(link.name())) {
                links.delete(link.index());
            }
        }
    }

    /// Removes all.
    void removeAll() throws IOException {
        wanted.clear();
        numbers.clear();
        groups.clear();
        settle();
    }
}
