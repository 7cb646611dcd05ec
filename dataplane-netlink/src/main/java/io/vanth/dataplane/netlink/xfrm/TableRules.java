package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import io.vanth.dataplane.netlink.route.RoutingRule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rules that say what is led to the table of protected networks:
///
///     5640  mark of ESP and AH               go to 5649
///     5641  UDP of this host from 500, 4500  go to 5649
///     5644  to an own network                main table without its default routes, then this one's: unreachable
///     5645  from a policy's local network    table 5602
///     5646  of this host, from elsewhere     go to 5649    (IPv6)
///     5647  of this host, without a source   table 5602
///     5649  nothing: the host's other rules follow
///
/// What others send, and what this host sends from addresses that no policy has, goes the ways that the operator gave it.
final class TableRules {
    private static final int UDP = 17;
    private static final Optional<String> THIS_HOST = Optional.of("lo");
    private static final RoutingRule.Action LEAVE = new RoutingRule.GoTo(OwnNumbers.END_PRIORITY);
    private static final RoutingRule.Action TABLE = new RoutingRule.Lookup(OwnNumbers.TABLE);

    private TableRules() {}

    /// The rules of a policy, in the order in which they are safe to add: the place to go to first.
    ///
    /// @param hasSource whether the table says which address of this host its own packets bear
    static Set<RoutingRule> of(AddressRange local, boolean hasSource) {
        boolean ipv6 = local.isIpv6();
        Set<RoutingRule> all = new LinkedHashSet<>();
        all.add(rule(ipv6, OwnNumbers.END_PRIORITY, RoutingRule.Match.ALL, new RoutingRule.Nothing()));
        all.add(rule(ipv6, OwnNumbers.MARK_PRIORITY, RoutingRule.Match.marked(OwnNumbers.MARK), LEAVE));
        for (int port : new int[]{500, 4500}) {
            all.add(rule(ipv6, OwnNumbers.IKE_PRIORITY,
                    new RoutingRule.Match(Optional.empty(), Optional.empty(), THIS_HOST, Optional.empty(),
                            Optional.of(UDP), Optional.of(new RoutingRule.Ports(port, port)), Optional.empty()),
                    LEAVE));
        }
        for (IpPrefix network : IpPrefix.covering(local)) {
            Optional<IpPrefix> from = Optional.of(network).filter(prefix -> prefix.length() > 0);
            all.add(rule(ipv6, OwnNumbers.LOCAL_PRIORITY, from(from, Optional.empty()), TABLE));
        }
        if (hasSource) {
            addSourceless(all, ipv6);
        }
        return all;
    }

    /// The rule by which packets to an own network keep their way.
    static RoutingRule toOwn(IpPrefix network) {
        var match = new RoutingRule.Match(Optional.empty(), Optional.of(network), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty());
        return rule(network.isIpv6(), OwnNumbers.OWN_RULE_PRIORITY, match, OwnNetworks.way(network));
    }

    /// IPv4 has an address for none. IPv6 has not; there a rule with a source of one bit meets whatever has one.
    private static void addSourceless(Set<RoutingRule> all, boolean ipv6) {
        if (ipv6) {
            for (String half : List.of("::/1", "8000::/1")) {
                all.add(rule(true, OwnNumbers.OTHERS_PRIORITY, from(Optional.of(IpPrefix.parse(half)), THIS_HOST),
                        LEAVE));
            }
            all.add(rule(true, OwnNumbers.SOURCELESS_PRIORITY, from(Optional.empty(), THIS_HOST), TABLE));
        } else {
            all.add(rule(false, OwnNumbers.SOURCELESS_PRIORITY,
                    from(Optional.of(IpPrefix.parse("0.0.0.0/32")), THIS_HOST), TABLE));
        }
    }

    private static RoutingRule.Match from(Optional<IpPrefix> source, Optional<String> link) {
        return new RoutingRule.Match(source, Optional.empty(), link, Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty());
    }

    private static RoutingRule rule(boolean ipv6, int priority, RoutingRule.Match match, RoutingRule.Action action) {
        return new RoutingRule(ipv6, priority, OwnNumbers.PROTOCOL, match, action);
    }
}
