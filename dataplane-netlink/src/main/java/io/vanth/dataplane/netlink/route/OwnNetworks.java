package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// What stays out of the tunnels though a protected network contains it, by the configuration alone: what goes between
/// own networks, which are the local selectors of `protect` policies, and to addresses that mean nothing beyond a link.
/// An own network counts where a protected network is wider, or where none touches it. A protected network inside it, or
/// the same, or one that only overlaps, is cut out of it; so is a discarded one.
///
/// @param own       parts of own networks; both ends of what keeps its way are in one of them. None where no protected
///                  network is wider than one of them
/// @param linkScope destinations that keep their way whoever sends
public record OwnNetworks(List<AddressRange> own, List<AddressRange> linkScope) {
    /// Nothing.
    public static final OwnNetworks NONE = new OwnNetworks(List.of(), List.of());

    /// Multicast that routers don't pass on (RFC 5771 section 4, RFC 4291 section 2.7), limited broadcast (RFC 919
    /// section 7), and link-local unicast (RFC 4291 section 2.5.6).
    private static final List<AddressRange> LINK_SCOPE = List.of(AddressRange.parse("224.0.0.0/24"),
            AddressRange.parse("255.255.255.255"), AddressRange.parse("ff02::/16"), AddressRange.parse("fe80::/10"));

    /// The shortest prefixes of routes to networks of somebody: `10.0.0.0/8`, `fc00::/7`.
    private static final int WIDEST_IPV4_WAY = 8;
    private static final int WIDEST_IPV6_WAY = 7;

    public OwnNetworks {
        own = List.copyOf(own);
        linkScope = List.copyOf(linkScope);
    }

    /// Those of a set of policies.
    public static OwnNetworks among(Collection<Policy> policies) {
        var locals = new LinkedHashSet<AddressRange>();
        var remotes = new RemoteNetworks();
        for (Policy policy : policies) {
            AddressRange remote = policy.traffic().remote().addresses();
            switch (policy.action()) {
                case Policy.Protect _ -> {
                    locals.add(policy.traffic().local().addresses());
                    remotes.protect(remote);
                }
                case Policy.Discard _ -> remotes.discard(remote);
                case Policy.Bypass _ -> {
                }
            }
        }
        var own = new LinkedHashSet<AddressRange>();
        boolean caught = false;
        for (AddressRange local : locals) {
            List<AddressRange> left = remotes.cutOutOf(local);
            boolean inside = remotes.strictlyContain(local);
            caught |= inside && !left.isEmpty();
            if (inside || left.equals(List.of(local))) {
                own.addAll(left);
            }
        }
        return new OwnNetworks(caught ? List.copyOf(own) : List.of(), LINK_SCOPE.stream()
                .filter(remotes::strictlyContain).flatMap(scope -> remotes.cutOutOf(scope).stream()).toList());
    }

    /// The prefixes of own networks that these networks of routing tables would catch.
    public Set<IpPrefix> ownInside(Set<IpPrefix> networks) {
        return inside(own, networks);
    }

    /// The prefixes of link scope that these networks of one routing table would catch.
    public Set<IpPrefix> linkScopeInside(Set<IpPrefix> networks) {
        return inside(linkScope, networks);
    }

    /// Where the way to a prefix of an own network is looked for: in the main table, but for what is as good as a default
    /// route. Halves of everything (`0.0.0.0/1` and `128.0.0.0/1`, `2000::/3`) are; no network of one owner is as wide.
    public static RoutingRule.Action way(IpPrefix prefix) {
        int wide = prefix.isIpv6() ? WIDEST_IPV6_WAY : WIDEST_IPV4_WAY;
        return new RoutingRule.LookupLonger(RoutingTable.MAIN, Math.min(wide, prefix.length()) - 1);
    }

    private static Set<IpPrefix> inside(List<AddressRange> ranges, Set<IpPrefix> networks) {
        var inside = new LinkedHashSet<IpPrefix>();
        for (AddressRange range : ranges) {
            IpPrefix.covering(range).stream().filter(
                    prefix -> IntStream.rangeClosed(0, prefix.length())
                            .anyMatch(length -> networks.contains(prefix.around(length))))
                    .forEach(inside::add);
        }
        return inside;
    }
}
