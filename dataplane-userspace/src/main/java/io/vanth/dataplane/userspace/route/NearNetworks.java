package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.LinkNetwork;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// What stays out of the tunnels though a protected network contains it: the networks that this host is connected to, and
/// addresses that mean nothing beyond a link. As among routes, the narrower network wins: one that is protected itself, or
/// a protected network inside a connected one, is protected.
///
/// @param steps the narrowest first
record NearNetworks(List<Step> steps) {
    static final NearNetworks NONE = new NearNetworks(List.of());

    /// Multicast that routers don't pass on (RFC 5771 section 4, RFC 4291 section 2.7), limited broadcast (RFC 919
    /// section 7), and link-local unicast (RFC 4291 section 2.5.6).
    private static final List<IpPrefix> LINK_SCOPE = List.of(IpPrefix.parse("224.0.0.0/24"),
            IpPrefix.parse("255.255.255.255/32"), IpPrefix.parse("ff02::/16"), IpPrefix.parse("fe80::/10"));

    /// Where to look for a packet's remote address, one after the other.
    sealed interface Step {
        IpPrefix network();
    }

    /// What is protected all the same.
    record Protected(IpPrefix network) implements Step {}

    /// What keeps its way.
    ///
    /// @param link the number of the interface by which it is reached; empty for any
    record Near(IpPrefix network, Optional<Integer> link) implements Step {}

    NearNetworks {
        steps = List.copyOf(steps);
    }

    /// @param connected but for the networks of TUN devices
    static NearNetworks among(Collection<Policy> policies, List<LinkNetwork> connected) {
        var contained = new HashSet<IpPrefix>();
        var refused = new LinkedHashSet<IpPrefix>();
        for (Policy policy : policies) {
            List<IpPrefix> remote = IpPrefix.covering(policy.traffic().remote().addresses());
            switch (policy.action()) {
                case Policy.Protect _ -> {
                    contained.addAll(remote);
                    refused.addAll(remote);
                }
                case Policy.Discard _ -> refused.addAll(remote);
                case Policy.Bypass _ -> {
                }
            }
        }
        var steps = new LinkedHashSet<Step>();
        candidates(connected).stream()
                .filter(near -> !refused.contains(near.network()) && isInside(near.network(), contained))
                .forEach(steps::add);
        List<IpPrefix> near = steps.stream().map(Step::network).distinct().toList();
        refused.stream().filter(network -> near.stream().anyMatch(around -> contains(around, network)))
                .forEach(network -> steps.add(new Protected(network)));
        return new NearNetworks(steps.stream()
                .sorted(Comparator.comparingInt((Step step) -> step.network().length()).reversed()).toList());
    }

    private static List<Near> candidates(List<LinkNetwork> connected) {
        var candidates = new ArrayList<Near>();
        connected.stream()
                .filter(each -> !each.network().address().isLoopbackAddress()
                        && LINK_SCOPE.stream().noneMatch(scope -> contains(scope, each.network())))
                .map(each -> new Near(each.network(), Optional.of(each.link()))).forEach(candidates::add);
        LINK_SCOPE.stream().map(network -> new Near(network, Optional.empty())).forEach(candidates::add);
        return candidates;
    }

    /// Whether one of the networks is wider and contains it.
    private static boolean isInside(IpPrefix network, Set<IpPrefix> networks) {
        return IntStream.range(0, network.length()).anyMatch(shorter -> networks.contains(network.around(shorter)));
    }

    private static boolean contains(IpPrefix wide, IpPrefix narrow) {
        return wide.length() < narrow.length() && narrow.around(wide.length()).equals(wide);
    }

    /// Networks that keep their way and are inside one of these.
    Set<IpPrefix> inside(Set<IpPrefix> networks) {
        var inside = new LinkedHashSet<IpPrefix>();
        for (Step step : steps) {
            if (step instanceof Near(var network, _) && isInside(network, networks)) {
                inside.add(network);
            }
        }
        return inside;
    }
}
