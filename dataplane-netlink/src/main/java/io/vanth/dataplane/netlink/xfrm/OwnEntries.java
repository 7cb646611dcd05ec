package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The entries ahead of all policies: without them a tunnel for everything would cut a host off its own link and
/// networks.
///
/// - What goes between own networks ([OwnNetworks]) passes where a policy would protect it, whatever interface it comes
///   by: who forges such addresses is the matter of [ReversePathFilter].
/// - What means nothing beyond a link passes.
/// - Neighbour discovery passes (RFC 4861; ICMPv6 types 133 to 137), or no IPv6 host on the link could even be reached
///   by IKE. A router never passes it on (section 7.1.1: its hop limit is 255), so forwarded it is dropped, not let out
///   in clear.
///
/// @param networks  what keeps its way
/// @param wide      what is protected though a part of it is between own networks
/// @param discovery whether neighbours are to be found
/// @param entries   without numbers
record OwnEntries(OwnNetworks networks, Set<TrafficPair> wide, boolean discovery,
        Map<KernelPolicies.Place, XfrmPolicy> entries) {
    /// None.
    static final OwnEntries NONE = new OwnEntries(OwnNetworks.NONE, Set.of(), false, Map.of());

    /// The kernel takes as many in about a second.
    private static final int MOST_ENTRIES = 1 << 16;
    /// The kernel's number of ICMPv6; a selector has its type where others have the source port.
    private static final int ICMPV6 = 58;
    private static final int ROUTER_SOLICITATION = 133;
    private static final int REDIRECT = 137;
    private static final IpPrefix ALL_IPV4 = IpPrefix.parse("0.0.0.0/0");
    private static final IpPrefix ALL_IPV6 = IpPrefix.parse("::/0");

    /// Those that these policies make necessary. They are the same as before unless the own networks are others, or what
    /// is wider than they.
    ///
    /// @throws DataPlaneException where there are too many
    OwnEntries beside(Collection<Policy> policies) throws DataPlaneException {
        OwnNetworks now = OwnNetworks.among(policies);
        List<TrafficPair> pairs = policies.stream().filter(policy -> policy.action() instanceof Policy.Protect)
                .map(Policy::traffic).toList();
        Set<TrafficPair> wider = pairs.stream()
                .filter(pair -> now.own().stream().anyMatch(own -> isWider(pair.remote().addresses(), own)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        boolean ipv6 = pairs.stream().anyMatch(pair -> pair.local().addresses().isIpv6());
        boolean same = now.equals(networks) && wider.equals(wide) && ipv6 == discovery;
        return same ? this : new OwnEntries(now, wider, ipv6, entries(now, wider, ipv6));
    }

    private static boolean isWider(AddressRange remote, AddressRange own) {
        return remote.contains(own) && !remote.equals(own);
    }

    private static Map<KernelPolicies.Place, XfrmPolicy> entries(OwnNetworks networks, Set<TrafficPair> wide,
            boolean discovery) throws DataPlaneException {
        var entries = new LinkedHashSet<XfrmPolicy>();
        if (discovery) {
            addNeighbourDiscovery(entries);
        }
        for (AddressRange scope : networks.linkScope()) {
            for (IpPrefix prefix : IpPrefix.covering(scope)) {
                XfrmSelector selector = pair(prefix.isIpv6() ? ALL_IPV6 : ALL_IPV4, prefix);
                entries.add(entry(selector, XfrmPolicy.Way.OUT, true));
                entries.add(entry(selector, XfrmPolicy.Way.IN, true));
            }
        }
        for (TrafficPair pair : wide) {
            addOwn(entries, pair, networks.own());
        }
        Map<KernelPolicies.Place, XfrmPolicy> places = new LinkedHashMap<>();
        entries.forEach(entry -> places.put(new KernelPolicies.Place(entry.selector(), entry.way(), 0), entry));
        return places;
    }

    private static void addNeighbourDiscovery(Set<XfrmPolicy> entries) {
        for (PortMask type : PortMask.covering(ROUTER_SOLICITATION, REDIRECT)) {
            var selector = new XfrmSelector(ALL_IPV6, ALL_IPV6, type, PortMask.ANY, ICMPV6);
            entries.add(entry(selector, XfrmPolicy.Way.OUT, true));
            entries.add(entry(selector, XfrmPolicy.Way.IN, true));
            entries.add(entry(selector, XfrmPolicy.Way.FORWARD, false));
        }
    }

    /// What `wide` would protect though it is between own networks.
    private static void addOwn(Set<XfrmPolicy> entries, TrafficPair wide, List<AddressRange> own)
            throws DataPlaneException {
        AddressRange remote = wide.remote().addresses();
        List<IpPrefix> whole = IpPrefix.covering(remote);
        // What together is all of the remote network would be in the place of the policy's own entry.
        List<IpPrefix> far = IpPrefix.covering(own.stream().filter(each -> isWider(remote, each)).toList()).stream()
                .flatMap(prefix -> whole.contains(prefix) ? prefix.halves().stream() : Stream.of(prefix)).toList();
        List<IpPrefix> near = IpPrefix
                .covering(own.stream().filter(each -> wide.local().addresses().contains(each)).toList());
        long count = entries.size() + (long) XfrmPolicy.Way.values().length * near.size() * far.size();
        if (count > MOST_ENTRIES) {
            throw new DataPlaneException(
                    "what passes between own networks, beside %s, takes %d entries in the kernel, more than %d; write local networks that lie side by side as one"
                            .formatted(wide, count, MOST_ENTRIES));
        }
        for (IpPrefix from : near) {
            for (IpPrefix to : far) {
                entries.add(entry(pair(from, to), XfrmPolicy.Way.OUT, true));
                entries.add(entry(pair(to, from), XfrmPolicy.Way.IN, true));
                entries.add(entry(pair(to, from), XfrmPolicy.Way.FORWARD, true));
            }
        }
    }

    private static XfrmSelector pair(IpPrefix source, IpPrefix destination) {
        return new XfrmSelector(source, destination, PortMask.ANY, PortMask.ANY, 0);
    }

    private static XfrmPolicy entry(XfrmSelector selector, XfrmPolicy.Way way, boolean allow) {
        return new XfrmPolicy(selector, way, 0, OwnNumbers.OWN_PRIORITY, allow, List.of(), Optional.empty(), 0);
    }
}
