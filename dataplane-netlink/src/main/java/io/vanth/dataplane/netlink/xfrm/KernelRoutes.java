package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.ChosenRoute;
import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.LinkAddress;
import io.vanth.dataplane.netlink.route.LinkNetwork;
import io.vanth.dataplane.netlink.route.Links;
import io.vanth.dataplane.netlink.route.Route;
import io.vanth.dataplane.netlink.route.RoutingRule;
import io.vanth.dataplane.netlink.route.RoutingRules;
import io.vanth.dataplane.netlink.route.RoutingTable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Routes to the networks behind tunnels: the kernel looks for a route before it looks for a policy. They lead the way
/// that packets to the peer go, in a table of their own, and say which address of this host its own packets bear, so that
/// they match the policy. Networks that this host is connected to keep their way.
///
/// They are looked up when a policy is added whose peer is known, and again when SAs come: a host whose ways change in
/// between follows with the next SAs. For one thread.
final class KernelRoutes {
    private final RoutingTable table;
    private final RoutingRules rules;
    private final Links links;
    private final Map<String, List<Route>> wanted = new HashMap<>();

    /// Works on a [NetlinkSocket#ROUTE] socket, which the caller closes.
    KernelRoutes(NetlinkSocket socket) {
        this.table = new RoutingTable(socket);
        this.rules = new RoutingRules(socket);
        this.links = new Links(socket);
    }

    /// Leads the packets of a policy to its peer, where that is known.
    void add(Policy policy) throws IOException {
        if (policy.action() instanceof Policy.Protect protect) {
            Optional<InetAddress> peer = protect.layers().stream().filter(layer -> layer.mode() == Mode.TUNNEL)
                    .flatMap(layer -> layer.peer().stream()).findFirst();
            if (peer.isPresent()) {
                lead(policy, protect, peer.get());
            }
        }
    }

    /// Leads the packets of a policy to `peer`.
    void lead(Policy policy, Policy.Protect protect, InetAddress peer) throws IOException {
        boolean tunnel = protect.layers().stream().map(Layer::mode).anyMatch(mode -> mode == Mode.TUNNEL);
        Optional<ChosenRoute> way = tunnel ? table.lookup(peer, 0) : Optional.empty();
        if (way.isEmpty() || Xfrm.isIpv6(peer) != policy.traffic().remote().addresses().isIpv6()) {
            return;
        }
        Optional<InetAddress> source = ownAddress(policy);
        Route.Target target = way.get().router().isPresent()
                ? new Route.Gateway(way.get().link(), way.get().router().get(), source)
                : new Route.Device(way.get().link(), source);
        var routes = new ArrayList<Route>();
        for (IpPrefix network : IpPrefix.covering(policy.traffic().remote().addresses())) {
            for (IpPrefix near : connectedInside(network)) {
                routes.add(route(near, new Route.Throw()));
            }
            routes.add(route(network, target));
        }
        change(policy.name(), routes);
    }

    private void change(String policy, List<Route> routes) throws IOException {
        List<Route> before = wanted.getOrDefault(policy, List.of());
        wanted.put(policy, routes);
        for (Route route : routes) {
            table.replace(route);
            rules.add(rule(route.destination().isIpv6()));
        }
        removeUnwanted(before);
    }

    /// Removes what only this policy needed.
    void remove(String policy) throws IOException {
        List<Route> before = wanted.remove(policy);
        if (before != null) {
            removeUnwanted(before);
            for (boolean ipv6 : new boolean[]{false, true}) {
                if (destinations().stream().noneMatch(network -> network.isIpv6() == ipv6)) {
                    rules.delete(rule(ipv6));
                }
            }
        }
    }

    private void removeUnwanted(List<Route> before) throws IOException {
        Set<IpPrefix> needed = destinations();
        for (Route route : before) {
            if (!needed.contains(route.destination())) {
                table.delete(route);
            }
        }
    }

    private Set<IpPrefix> destinations() {
        Set<IpPrefix> needed = new HashSet<>();
        wanted.values().forEach(routes -> routes.forEach(route -> needed.add(route.destination())));
        return needed;
    }

    /// Removes what an earlier run left and no policy of this one needs.
    void settle() throws IOException {
        Set<IpPrefix> needed = destinations();
        for (boolean ipv6 : new boolean[]{false, true}) {
            for (Route route : table.list(ipv6, OwnNumbers.TABLE)) {
                if (route.protocol() == OwnNumbers.PROTOCOL && !needed.contains(route.destination())) {
                    table.delete(route);
                }
            }
            for (RoutingRule rule : rules.list(ipv6, OwnNumbers.PROTOCOL)) {
                if (needed.stream().noneMatch(network -> network.isIpv6() == rule.ipv6())) {
                    rules.delete(rule);
                }
            }
        }
    }

    /// Removes all.
    void removeAll() throws IOException {
        wanted.clear();
        settle();
    }

    /// Narrower ones, by their own routes.
    private List<IpPrefix> connectedInside(IpPrefix network) throws IOException {
        return links.networks().stream().map(LinkNetwork::network)
                .filter(near -> near.isIpv6() == network.isIpv6() && near.length() > network.length()
                        && network.range().contains(near.range()))
                .distinct().toList();
    }

    private static Route route(IpPrefix network, Route.Target target) {
        return new Route(network, OwnNumbers.TABLE, OwnNumbers.METRIC, OwnNumbers.PROTOCOL, target);
    }

    private static RoutingRule rule(boolean ipv6) {
        return new RoutingRule(ipv6, OwnNumbers.RULE_PRIORITY, OwnNumbers.PROTOCOL, RoutingRule.Match.ALL,
                new RoutingRule.Lookup(OwnNumbers.TABLE));
    }

    private Optional<InetAddress> ownAddress(Policy policy) throws IOException {
        return links.addresses().stream().map(LinkAddress::address)
                .filter(address -> policy.traffic().local().addresses().contains(address)
                        && !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
    }
}
