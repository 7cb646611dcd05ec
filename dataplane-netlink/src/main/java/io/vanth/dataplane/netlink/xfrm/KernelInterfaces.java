package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.NetworkLink;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The XFRM interfaces of route-based tunnels. SAs and policies belong to one by its number, which is of the own range;
/// by it a later run knows the interface, whatever its name is then. They stay when the process ends, with the operator's
/// routes: without SAs what is routed into them ends there. For one thread, but for [#ofGroup(SaGroup)] and
/// [#needs(int)].
final class KernelInterfaces {
    private static final Logger LOG = LoggerFactory.getLogger(KernelInterfaces.class);
    /// Of numbers that interfaces in other network namespaces have.
    private static final int MOST_TAKEN = 256;

    private final XfrmLinks links;
    private final Map<String, TunnelInterface> wanted = new ConcurrentHashMap<>();
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final Map<SaGroup, Integer> groups = new ConcurrentHashMap<>();
    private final Set<Integer> taken = new HashSet<>();
    /// Those that this run has made.
    private final Set<Integer> made = new HashSet<>();
    /// Those that somebody has taken into another network namespace.
    private final Set<Integer> away = ConcurrentHashMap.newKeySet();
    private boolean settled;

    KernelInterfaces(NetlinkSocket route) throws IOException {
        this.links = new XfrmLinks(route);
        links.own().forEach(link -> taken.add(link.xfrm().orElseThrow()));
    }

    /// Makes the interface of a policy where it is not there, or takes it over; nothing for a policy about the host's
    /// packets.
    void open(Policy policy) throws IOException, DataPlaneException {
        if (policy.via().isPresent()) {
            open(policy, policy.via().get());
        }
    }

    private void open(Policy policy, TunnelInterface via) throws IOException, DataPlaneException {
        TunnelInterface before = wanted.get(via.name());
        if (before == null) {
            numbers.put(via.name(), make(via));
            wanted.put(via.name(), via);
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
            if (!there.get().name().equals(via.name())) {
                LOG.warn("interface {} is called {} now: its tunnels go on there", via.name(), there.get().name());
            }
            links.prepare(there.get(), via);
            arrive(there.get().xfrm().orElseThrow());
            return there.get().xfrm().orElseThrow();
        }
        for (int tries = 0; tries < MOST_TAKEN; tries++) {
            int number = free();
            if (tryToMake(via, number)) {
                made.add(number);
                arrive(number);
                return number;
            }
            LOG.info("number 0x{} is that of an interface in another network namespace", Integer.toHexString(number));
        }
        throw new DataPlaneException(
                "cannot make interface %s: %d interfaces in other network namespaces have its numbers, or another interface has its name as well"
                        .formatted(via.name(), MOST_TAKEN));
    }

    /// A number that is taken elsewhere is not tried again.
    private boolean tryToMake(TunnelInterface via, int number) throws IOException, DataPlaneException {
        try {
            return links.make(via, number);
        } catch (IOException | DataPlaneException refused) {
            taken.remove(number);
            throw refused;
        }
    }

    private int free() {
        int number = OwnNumbers.BASE + 1;
        while (!taken.add(number)) {
            number++;
        }
        return number;
    }

    /// Makes an interface again that somebody has removed: its policies and SAs are still there, by its number. Where
    /// somebody has it in another network namespace, its tunnels go on there.
    ///
    /// @return whether it was gone
    boolean restore(String name) throws IOException, DataPlaneException {
        TunnelInterface via = wanted.get(name);
        if (via == null || away.contains(numbers.get(name)) || links.find(numbers.get(name)).isPresent()) {
            return false;
        }
        if (!links.make(via, numbers.get(name))) {
            throw new DataPlaneException("an interface in another network namespace has its number");
        }
        return true;
    }

    /// The names of the interfaces that policies need.
    Set<String> names() {
        return wanted.keySet();
    }

    /// Whether policies need the interface of that number here. For any thread.
    boolean needs(int number) {
        return numbers.containsValue(number) && !away.contains(number);
    }

    /// Somebody has taken the interface into another network namespace. For any thread.
    void leave(int number) {
        away.add(number);
    }

    /// The interface of that number is here, or here again. For any thread.
    void arrive(int number) {
        away.remove(number);
    }

    /// The number of the interface that the packets of a group go through; 0 for none. For any thread.
    int ofGroup(SaGroup group) {
        return groups.getOrDefault(group, 0);
    }

    /// The number of the interface of a policy that has been opened; 0 for a policy about the host's packets.
    int ofPolicy(Policy policy) {
        return policy.via().isEmpty() ? 0 : numbers.get(policy.via().get().name());
    }

    /// Removes the interfaces that were opened and no policy needs any more. Before [#settle()] those stay that an earlier
    /// run has left: the operator's routes may lead into them, and a policy that needs one may come yet.
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
            if (settled || made.contains(number)) {
                links.remove(number);
                taken.remove(number);
                made.remove(number);
                arrive(number);
            }
        }
    }

    /// Removes what an earlier run left.
    void settle() throws IOException {
        settled = true;
        for (NetworkLink link : links.own()) {
            if (!numbers.containsValue(link.xfrm().orElseThrow())) {
                links.remove(link);
            }
        }
    }

    /// At the end of a run that did not get as far as [#settle()]: removes what it has made itself.
    void abandon() throws IOException {
        if (!settled) {
            for (int number : made) {
                links.remove(number);
            }
        }
    }

    /// Removes all.
    void removeAll() throws IOException {
        wanted.clear();
        numbers.clear();
        groups.clear();
        away.clear();
        settle();
    }
}
