package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The entries ahead of all policies: without them a tunnel for everything would cut a host off its own link and
/// networks.
///
/// - What goes between own networks ([OwnNetworks]) passes where a policy would protect it.
/// - What means nothing beyond a link passes.
/// - Neighbour discovery passes (RFC 4861; ICMPv6 types 133 to 137), or no IPv6 host on the link could even be reached
///   by IKE. A router never passes it on (section 7.1.1: its hop limit is 255), so forwarded it is dropped, not let out
///   in clear.
final class OwnEntries {
    /// The kernel's number of ICMPv6; a selector has its type where others have the source port.
    private static final int ICMPV6 = 58;
    private static final int ROUTER_SOLICITATION = 133;
    private static final int REDIRECT = 137;
    private static final IpPrefix ALL_IPV4 = IpPrefix.parse("0.0.0.0/0");
    private static final IpPrefix ALL_IPV6 = IpPrefix.parse("::/0");

    private OwnEntries() {}

    /// Those that these policies make necessary, without numbers.
    static Set<XfrmPolicy> beside(Collection<Policy> policies, OwnNetworks networks) {
        var entries = new LinkedHashSet<XfrmPolicy>();
        List<TrafficPair> protectedPairs = policies.stream()
                .filter(policy -> policy.action() instanceof Policy.Protect).map(Policy::traffic).toList();
        if (protectedPairs.stream().anyMatch(pair -> pair.local().addresses().isIpv6())) {
            addNeighbourDiscovery(entries);
        }
        for (AddressRange scope : networks.linkScope()) {
            for (IpPrefix prefix : IpPrefix.covering(scope)) {
                XfrmSelector selector = pair(prefix.isIpv6() ? ALL_IPV6 : ALL_IPV4, prefix);
                entries.add(entry(selector, XfrmPolicy.Way.OUT, true));
                entries.add(entry(selector, XfrmPolicy.Way.IN, true));
            }
        }
        if (!networks.own().isEmpty()) {
            protectedPairs.forEach(wide -> addOwn(entries, wide, networks.own()));
        }
        return entries;
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
    private static void addOwn(Set<XfrmPolicy> entries, TrafficPair wide, List<AddressRange> own) {
        AddressRange remote = wide.remote().addresses();
        List<IpPrefix> far = prefixes(own.stream().filter(each -> remote.contains(each) && !remote.equals(each)));
        List<IpPrefix> near = far.isEmpty()
                ? List.of()
                : prefixes(own.stream().filter(each -> wide.local().addresses().contains(each)));
        for (IpPrefix from : near) {
            for (IpPrefix to : far) {
                entries.add(entry(pair(from, to), XfrmPolicy.Way.OUT, true));
                entries.add(entry(pair(to, from), XfrmPolicy.Way.IN, true));
                entries.add(entry(pair(to, from), XfrmPolicy.Way.FORWARD, true));
            }
        }
    }

    private static List<IpPrefix> prefixes(Stream<AddressRange> ranges) {
        var prefixes = new ArrayList<IpPrefix>();
        ranges.forEach(range -> prefixes.addAll(IpPrefix.covering(range)));
        return prefixes;
    }

    private static XfrmSelector pair(IpPrefix source, IpPrefix destination) {
        return new XfrmSelector(source, destination, PortMask.ANY, PortMask.ANY, 0);
    }

    private static XfrmPolicy entry(XfrmSelector selector, XfrmPolicy.Way way, boolean allow) {
        return new XfrmPolicy(selector, way, 0, OwnNumbers.OWN_PRIORITY, allow, List.of(), Optional.empty(), 0);
    }
}
