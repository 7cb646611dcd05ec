package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import io.vanth.dataplane.netlink.route.Route;
import io.vanth.dataplane.netlink.route.RoutingRule;
import io.vanth.dataplane.netlink.route.RoutingRules;
import io.vanth.dataplane.netlink.route.RoutingTable;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/// The ways past the TUN device of what goes between own networks, or not beyond a link ([TunnelRoutes]).
final class OwnWays {
    private static final int[] TABLES = {HostNumbers.TABLE, HostNumbers.LIMITED_TABLE};

    private final RoutingTable table;
    private final RoutingRules rules;
    private final Set<Route> there = new LinkedHashSet<>();
    private final Set<RoutingRule> rulesThere = new LinkedHashSet<>();

    OwnWays(RoutingTable table, RoutingRules rules) {
        this.table = table;
        this.rules = rules;
    }

    /// The rules that are there.
    Set<RoutingRule> rules() {
        return rulesThere;
    }

    /// Whether a route is one of these.
    boolean has(Route route) {
        return there.contains(route);
    }

    /// Adds what is not there yet.
    ///
    /// @param routed the networks that a table leads into the TUN device
    void add(OwnNetworks networks, IntFunction<Set<IpPrefix>> routed) throws IOException {
        for (RoutingRule rule : rules(networks, routed)) {
            if (!rulesThere.contains(rule)) {
                rules.add(rule);
                rulesThere.add(rule);
            }
        }
        for (Route route : routes(networks, routed)) {
            if (!there.contains(route)) {
                table.replace(route);
                there.add(route);
            }
        }
    }

    /// Removes all others.
    void removeOthers(OwnNetworks networks, IntFunction<Set<IpPrefix>> routed) throws IOException {
        Set<Route> routes = routes(networks, routed);
        for (Route route : List.copyOf(there)) {
            if (!routes.contains(route)) {
                table.delete(route);
                there.remove(route);
            }
        }
        Set<RoutingRule> wanted = rules(networks, routed);
        for (RoutingRule rule : List.copyOf(rulesThere)) {
            if (!wanted.contains(rule)) {
                rules.delete(rule);
                rulesThere.remove(rule);
            }
        }
    }

    /// Forgets them all; they stay in the kernel.
    void clear() {
        there.clear();
        rulesThere.clear();
    }

    private static Set<Route> routes(OwnNetworks networks, IntFunction<Set<IpPrefix>> routed) {
        var wanted = new LinkedHashSet<Route>();
        for (int number : TABLES) {
            networks.linkScopeInside(routed.apply(number))
                    .forEach(network -> wanted.add(new Route(network, number, HostNumbers.OWN_METRIC,
                            HostNumbers.PROTOCOL, new Route.Throw())));
        }
        return wanted;
    }

    private static Set<RoutingRule> rules(OwnNetworks networks, IntFunction<Set<IpPrefix>> routed) {
        var all = new HashSet<IpPrefix>();
        for (int number : TABLES) {
            all.addAll(routed.apply(number));
        }
        var wanted = new LinkedHashSet<RoutingRule>();
        for (IpPrefix network : networks.ownInside(all)) {
            wanted.add(TunnelRoutes.rule(network.isIpv6(), HostNumbers.OWN_PRIORITY,
                    TunnelRoutes.match(Optional.empty(), Optional.of(network), Narrowing.NONE),
                    OwnNetworks.way(network)));
        }
        return wanted;
    }
}
