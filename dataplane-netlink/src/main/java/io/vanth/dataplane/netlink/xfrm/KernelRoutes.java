package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.ChosenRoute;
import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.LinkAddress;
import io.vanth.dataplane.netlink.route.Links;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import io.vanth.dataplane.netlink.route.Route;
import io.vanth.dataplane.netlink.route.RoutingRule;
import io.vanth.dataplane.netlink.route.RoutingRules;
import io.vanth.dataplane.netlink.route.RoutingTable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Routes to the networks behind tunnels: the kernel looks for a route before it looks for a policy. They lead the way
/// that packets to the peer go, in a table of their own, and say which address of this host its own packets bear, so that
/// they match the policy. Only what comes from a policy's local network is led so, and what this host sends without a
/// source yet ([TableRules]).
///
/// They are looked up when a policy is added whose peer is known, by its layers or the SAs, and again when SAs come: a
/// host whose ways change in between follows with the next SAs. Of policies with the same remote network the first one's
/// route leads. For one thread.
final class KernelRoutes {
    private final RoutingTable table;
    private final RoutingRules rules;
    private final Links links;
    private final Map<String, Need> needs = new HashMap<>();
    private final Map<IpPrefix, Map<String, Route>> wantedRoutes = new HashMap<>();
    private final Map<RoutingRule, Set<String>> wantedRules = new HashMap<>();
    private final Map<IpPrefix, Route> placed = new HashMap<>();
    private final Set<Route> kept = new LinkedHashSet<>();
    private final Set<RoutingRule> keptRules = new LinkedHashSet<>();

    /// What one policy needs.
    private record Need(Map<IpPrefix, Route> routes, Set<RoutingRule> rules) {
        private static final Need NOTHING = new Need(Map.of(), Set.of());
    }

    /// Works on a [NetlinkSocket#ROUTE] socket, which the caller closes.
    KernelRoutes(NetlinkSocket socket) {
        this.table = new RoutingTable(socket);
        this.rules = new RoutingRules(socket);
        this.links = new Links(socket);
    }

    /// Leads the packets of a policy to its peer, where that is known; whole or not at all.
    void add(Policy policy) throws IOException {
        if (policy.action() instanceof Policy.Protect protect) {
            Optional<InetAddress> peer = protect.layers().stream().filter(layer -> layer.mode() == Mode.TUNNEL)
                    .flatMap(layer -> layer.peer().stream()).findFirst();
            if (peer.isPresent()) {
                lead(policy, protect, peer.get());
            }
        }
    }

    /// Leads the packets of a policy to `peer`, whole or not at all.
    void lead(Policy policy, Policy.Protect protect, InetAddress peer) throws IOException {
        boolean tunnel = protect.layers().stream().map(Layer::mode).anyMatch(mode -> mode == Mode.TUNNEL);
        Optional<ChosenRoute> way = tunnel ? table.lookup(peer, OwnNumbers.MARK) : Optional.empty();
        if (way.isPresent()) {
            change(policy.name(), need(policy, way.get(), Xfrm.isIpv6(peer)));
        }
    }

    private Need need(Policy policy, ChosenRoute way, boolean ipv6Way) throws IOException {
        Optional<InetAddress> source = ownAddress(policy);
        List<IpPrefix> networks = IpPrefix.covering(policy.traffic().remote().addresses());
        boolean ipv6 = networks.getFirst().isIpv6();
        // A router of the other family cannot be named; the kernel asks for none that a policy leads elsewhere.
        Route.Target target = way.router().isPresent() && ipv6 == ipv6Way
                ? new Route.Gateway(way.link(), way.router().get(), source)
                : new Route.Device(way.link(), source);
        Map<IpPrefix, Route> routes = new LinkedHashMap<>();
        networks.forEach(network -> routes.put(network, route(network, OwnNumbers.METRIC, target)));
        return new Need(routes, TableRules.of(policy.traffic().local().addresses(), source.isPresent()));
    }

    /// Removes what only this policy needed.
    void remove(String policy) throws IOException {
        change(policy, Need.NOTHING);
    }

    /// After a refusal, all is what it was, as far as the kernel lets it be.
    private void change(String policy, Need now) throws IOException {
        Need before = claim(policy, now);
        try {
            apply(before, now);
        } catch (IOException refused) {
            claim(policy, before);
            try {
                apply(now, before);
            } catch (IOException stays) {
                refused.addSuppressed(stays);
            }
            throw refused;
        }
    }

    /// Says what a policy needs from now on; what it needed.
    private Need claim(String policy, Need now) {
        Need before = needs.getOrDefault(policy, Need.NOTHING);
        before.routes().keySet().stream().filter(network -> !now.routes().containsKey(network))
                .forEach(network -> wantedRoutes.computeIfPresent(network, (_, all) -> {
                    all.remove(policy);
                    return all.isEmpty() ? null : all;
                }));
        now.routes().forEach(
                (network, route) -> wantedRoutes.computeIfAbsent(network, _ -> new LinkedHashMap<>()).put(policy,
                        route));
        before.rules().forEach(rule -> wantedRules.computeIfPresent(rule, (_, all) -> {
            all.remove(policy);
            return all.isEmpty() ? null : all;
        }));
        now.rules().forEach(rule -> wantedRules.computeIfAbsent(rule, _ -> new LinkedHashSet<>()).add(policy));
        if (now.equals(Need.NOTHING)) {
            needs.remove(policy);
        } else {
            needs.put(policy, now);
        }
        return before;
    }

    /// Routes are there before the rules that lead to them, and go after them.
    private void apply(Need before, Need now) throws IOException {
        for (IpPrefix network : now.routes().keySet()) {
            place(network);
        }
        for (RoutingRule rule : now.rules()) {
            rules.add(rule);
        }
        for (RoutingRule rule : List.copyOf(before.rules()).reversed()) {
            if (!wantedRules.containsKey(rule)) {
                rules.delete(rule);
            }
        }
        for (IpPrefix network : before.routes().keySet()) {
            if (wantedRoutes.containsKey(network)) {
                place(network);
            } else if (placed.containsKey(network)) {
                table.delete(placed.get(network));
                placed.remove(network);
            }
        }
    }

    private void place(IpPrefix network) throws IOException {
        Route first = wantedRoutes.get(network).values().iterator().next();
        table.replace(first);
        placed.put(network, first);
    }

    /// Leaves what goes to own networks to the host's own routes, its default route left out: what has no other way goes
    /// nowhere. Link scope has the way that it had.
    void keep(OwnNetworks networks) throws IOException {
        Set<Route> routes = new LinkedHashSet<>();
        Set<RoutingRule> ownRules = new LinkedHashSet<>();
        for (IpPrefix network : networks.ownInside(wantedRoutes.keySet())) {
            ownRules.add(TableRules.toOwn(network));
            routes.add(route(network, OwnNumbers.OWN_METRIC, new Route.Unreachable()));
        }
        networks.linkScopeInside(wantedRoutes.keySet())
                .forEach(network -> routes.add(route(network, OwnNumbers.OWN_METRIC, new Route.Throw())));
        for (RoutingRule rule : ownRules) {
            rules.add(rule);
            keptRules.add(rule);
        }
        for (Route route : routes) {
            table.replace(route);
            kept.add(route);
        }
        removeKept(routes, ownRules);
    }

    private void removeKept(Set<Route> routes, Set<RoutingRule> ownRules) throws IOException {
        for (Route route : List.copyOf(kept)) {
            if (!routes.contains(route)) {
                table.delete(route);
                kept.remove(route);
            }
        }
        for (RoutingRule rule : List.copyOf(keptRules)) {
            if (!ownRules.contains(rule)) {
                rules.delete(rule);
                keptRules.remove(rule);
            }
        }
    }

    /// Removes what an earlier run left and no policy of this one needs.
    void settle() throws IOException {
        for (boolean ipv6 : new boolean[]{false, true}) {
            for (RoutingRule rule : rules.list(ipv6, OwnNumbers.PROTOCOL).reversed()) {
                if (!wantedRules.containsKey(rule) && !keptRules.contains(rule)) {
                    rules.delete(rule);
                }
            }
            for (Route route : table.list(ipv6, OwnNumbers.TABLE)) {
                boolean needed = route.metric() == OwnNumbers.OWN_METRIC
                        ? kept.contains(route)
                        : wantedRoutes.containsKey(route.destination());
                if (route.protocol() == OwnNumbers.PROTOCOL && !needed) {
                    table.delete(route);
                }
            }
        }
    }

    /// Removes all.
    void removeAll() throws IOException {
        needs.clear();
        wantedRoutes.clear();
        wantedRules.clear();
        placed.clear();
        kept.clear();
        keptRules.clear();
        settle();
    }

    private static Route route(IpPrefix network, int metric, Route.Target target) {
        return new Route(network, OwnNumbers.TABLE, metric, OwnNumbers.PROTOCOL, target);
    }

    /// An address of this host inside the policy's local network.
    private Optional<InetAddress> ownAddress(Policy policy) throws IOException {
        return links.addresses().stream().map(LinkAddress::address)
                .filter(address -> policy.traffic().local().addresses().contains(address)
                        && !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
    }
}
