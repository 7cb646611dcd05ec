package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Routes that lead protected traffic into the TUN device, unreachable ones behind them, and the rules that say who is
/// routed so:
///
///     5600  mark of the engine            go to 5699
///     5601  UDP of this host from 500, 4500  go to 5699
///     5610  a first bypass policy's      go to 5699
///     5615  to an own network             the main table without its default routes
///     5620  a narrow protect policy's     table 5601
///     5690  all                           table 5600
///     5699  nothing: the host's other rules follow
///
/// An own network ([OwnNetworks]) has such a rule where a table has a wider network: what the host has no route of its own
/// to goes into the tunnel rather than by the default route. Destinations of link scope have `throw` routes, so that the
/// host's other rules decide. A route or rule that several policies need stays until the last of them is removed.
final class TunnelRoutes {
    private static final int UDP = 17;
    private static final String LOOPBACK = "lo";

    private final Links links;
    private final RoutingTable table;
    private final RoutingRules rules;
    private final int tun;
    private final Map<String, Need> needs = new LinkedHashMap<>();
    private final BypassOrder bypasses = new BypassOrder();
    private final OwnWays past;

    /// What one policy needs.
    private record Need(boolean ipv6, Map<IpPrefix, Optional<InetAddress>> sources, int table,
            Set<RoutingRule> rules) {
        private Need and(Need other) {
            var both = new LinkedHashSet<>(rules);
            both.addAll(other.rules);
            return new Need(ipv6, sources, table, both);
        }
    }

    TunnelRoutes(NetlinkSocket socket, String tun) throws IOException {
        this.links = new Links(socket);
        this.table = new RoutingTable(socket);
        this.rules = new RoutingRules(socket);
        this.past = new OwnWays(table, rules);
        this.tun = links.find(tun).orElseThrow(() -> new IOException("no interface " + tun)).index();
    }

    /// Installs what a policy needs, and before that the ways past it of own networks (empty: they stay as they are).
    /// After a failure [#remove(Policy, Optional)] takes away what was installed.
    void add(Policy policy, Optional<OwnNetworks> networks) throws IOException {
        bypasses.add(policy);
        Need need = switch (policy.action()) {
            case Policy.Protect _ -> protect(policy.traffic());
            case Policy.Bypass _ -> bypass(policy);
            case Policy.Discard _ -> null;
        };
        if (need != null) {
            needs.put(policy.name(), need);
        }
        if (networks.isPresent()) {
            past.add(networks.get(), this::routed);
        }
        if (need != null) {
            install(need);
        }
        if (networks.isPresent()) {
            past.removeOthers(networks.get(), this::routed);
        }
        leadBypasses();
    }

    /// Of all that are to be led otherwise, also since an earlier change that failed.
    private void leadBypasses() throws IOException {
        for (Policy each : bypasses.misled()) {
            Need wanted = bypass(each);
            Need both = needs.get(each.name()).and(wanted);
            needs.put(each.name(), both);
            install(wanted);
            uninstall(each.name(), both, Optional.of(wanted));
            bypasses.led(each);
        }
    }

    /// Installs what marked packets need.
    void mark(Policy policy) throws IOException {
        boolean ipv6 = policy.traffic().local().addresses().isIpv6();
        var need = new Need(ipv6, Map.of(), HostNumbers.TABLE, new LinkedHashSet<>(baseRules(ipv6)));
        needs.put(policy.name(), need);
        install(need);
    }

    private void install(Need need) throws IOException {
        for (IpPrefix network : need.sources().keySet()) {
            table.replace(unreachable(network, need.table()));
        }
        for (Map.Entry<IpPrefix, Optional<InetAddress>> network : need.sources().entrySet()) {
            table.replace(device(network.getKey(), need.table(), network.getValue()));
        }
        for (RoutingRule rule : need.rules()) {
            rules.add(rule);
        }
    }

    /// Removes what only this policy needed, and then the ways past it. After a failure it can be called again.
    void remove(Policy policy, Optional<OwnNetworks> networks) throws IOException {
        bypasses.remove(policy);
        Need need = needs.get(policy.name());
        if (need != null) {
            uninstall(policy.name(), need, Optional.empty());
        }
        leadBypasses();
        if (networks.isPresent()) {
            keep(networks.get());
        }
    }

    /// Removes what nothing needs any more where the policy of that name needs `left` only. After a failure it still has
    /// all.
    private void uninstall(String name, Need all, Optional<Need> left) throws IOException {
        left.ifPresentOrElse(need -> needs.put(name, need), () -> needs.remove(name));
        try {
            uninstall(all);
        } catch (IOException refused) {
            needs.put(name, all);
            throw refused;
        }
    }

    private void uninstall(Need need) throws IOException {
        Set<RoutingRule> needed = neededRules();
        for (RoutingRule rule : List.copyOf(need.rules()).reversed()) {
            if (!needed.contains(rule)) {
                rules.delete(rule);
            }
        }
        for (IpPrefix network : need.sources().keySet()) {
            Optional<Need> other = needs.values().stream()
                    .filter(left -> left.table() == need.table() && left.sources().containsKey(network)).findFirst();
            if (other.isPresent()) {
                table.replace(device(network, need.table(), other.get().sources().get(network)));
            } else {
                table.delete(device(network, need.table(), Optional.empty()));
                table.delete(unreachable(network, need.table()));
            }
        }
    }

    /// Leaves what is between own networks to the host's other rules.
    void keep(OwnNetworks networks) throws IOException {
        past.add(networks, this::routed);
        past.removeOthers(networks, this::routed);
    }

    private Set<IpPrefix> routed(int number) {
        return needs.values().stream().filter(need -> need.table() == number)
                .flatMap(need -> need.sources().keySet().stream()).collect(Collectors.toSet());
    }

    /// Removes what an earlier run left and no policy of this one needs.
    void settle() throws IOException {
        Set<RoutingRule> neededRules = neededRules();
        for (boolean ipv6 : new boolean[]{false, true}) {
            for (RoutingRule rule : rules.list(ipv6, HostNumbers.PROTOCOL)) {
                if (!neededRules.contains(rule)) {
                    rules.delete(rule);
                }
            }
            for (Route route : ours(ipv6)) {
                boolean needed = past.has(route)
                        || !(route.target() instanceof Route.Throw) && needs.values().stream().anyMatch(
                                need -> need.table() == route.table()
                                        && need.sources().containsKey(route.destination()));
                if (!needed) {
                    table.delete(route);
                }
            }
        }
    }

    /// Removes the routes into the TUN device; the unreachable ones and the rules stay.
    void leaveProtected() throws IOException {
        for (boolean ipv6 : new boolean[]{false, true}) {
            for (Route route : ours(ipv6)) {
                if (route.target() instanceof Route.Device) {
                    table.delete(route);
                }
            }
        }
    }

    /// Removes everything.
    void removeAll() throws IOException {
        needs.clear();
        past.clear();
        settle();
    }

    private List<Route> ours(boolean ipv6) throws IOException {
        var routes = new ArrayList<>(table.list(ipv6, HostNumbers.TABLE));
        routes.addAll(table.list(ipv6, HostNumbers.LIMITED_TABLE));
        routes.removeIf(route -> route.protocol() != HostNumbers.PROTOCOL);
        return routes;
    }

    private Need protect(TrafficPair traffic) throws IOException {
        AddressRange remote = traffic.remote().addresses();
        Optional<InetAddress> source = ownAddress(traffic.local().addresses());
        var sources = new HashMap<IpPrefix, Optional<InetAddress>>();
        IpPrefix.covering(remote).forEach(network -> sources.put(network, source));
        var narrowing = Narrowing.of(traffic.local(), traffic.remote());
        var needed = new LinkedHashSet<>(baseRules(remote.isIpv6()));
        if (narrowing.isNone()) {
            needed.add(rule(remote.isIpv6(), HostNumbers.TABLE_PRIORITY, RoutingRule.Match.ALL,
                    new RoutingRule.Lookup(HostNumbers.TABLE)));
            return new Need(remote.isIpv6(), sources, HostNumbers.TABLE, needed);
        }
        for (IpPrefix network : sources.keySet()) {
            needed.add(rule(remote.isIpv6(), HostNumbers.LIMITED_PRIORITY,
                    match(Optional.empty(), Optional.of(network), narrowing),
                    new RoutingRule.Lookup(HostNumbers.LIMITED_TABLE)));
        }
        return new Need(remote.isIpv6(), sources, HostNumbers.LIMITED_TABLE, needed);
    }

    private Need bypass(Policy policy) {
        TrafficPair traffic = policy.traffic();
        boolean ipv6 = traffic.local().addresses().isIpv6();
        var narrowing = Narrowing.of(traffic.local(), traffic.remote());
        var needed = new LinkedHashSet<>(baseRules(ipv6));
        if (narrowing.messages().isPresent() || !bypasses.isFirst(policy)) {
            // No rule tells one message of ICMP from another, or comes behind other routes: what these lead into the TUN
            // device, the engine lets out.
            return new Need(ipv6, Map.of(), HostNumbers.TABLE, needed);
        }
        for (IpPrefix from : IpPrefix.covering(traffic.local().addresses())) {
            for (IpPrefix to : IpPrefix.covering(traffic.remote().addresses())) {
                needed.add(rule(ipv6, HostNumbers.BYPASS_PRIORITY,
                        match(Optional.of(from), Optional.of(to), narrowing), leave()));
            }
        }
        return new Need(ipv6, Map.of(), HostNumbers.TABLE, needed);
    }

    /// In the order in which they are safe to add: the place to go to first.
    private static List<RoutingRule> baseRules(boolean ipv6) {
        var base = new ArrayList<RoutingRule>();
        base.add(rule(ipv6, HostNumbers.END_PRIORITY, RoutingRule.Match.ALL, new RoutingRule.Nothing()));
        base.add(rule(ipv6, HostNumbers.MARK_PRIORITY, RoutingRule.Match.marked(HostNumbers.MARK), leave()));
        for (int port : new int[]{500, 4500}) {
            var ports = new RoutingRule.Ports(port, port);
            base.add(rule(ipv6, HostNumbers.IKE_PRIORITY,
                    new RoutingRule.Match(Optional.empty(), Optional.empty(), Optional.of(LOOPBACK), Optional.empty(),
                            Optional.of(UDP), Optional.of(ports), Optional.empty()),
                    leave()));
        }
        return base;
    }

    private static RoutingRule.Action leave() {
        return new RoutingRule.GoTo(HostNumbers.END_PRIORITY);
    }

    static RoutingRule rule(boolean ipv6, int priority, RoutingRule.Match match, RoutingRule.Action action) {
        return new RoutingRule(ipv6, priority, HostNumbers.PROTOCOL, match, action);
    }

    static RoutingRule.Match match(Optional<IpPrefix> from, Optional<IpPrefix> to, Narrowing narrowing) {
        return new RoutingRule.Match(from.filter(network -> network.length() > 0),
                to.filter(network -> network.length() > 0), Optional.empty(), Optional.empty(), narrowing.protocol(),
                narrowing.sourcePorts(), narrowing.destinationPorts());
    }

    private Set<RoutingRule> neededRules() {
        var needed = new LinkedHashSet<RoutingRule>();
        needs.values().forEach(need -> needed.addAll(need.rules()));
        needed.addAll(past.rules());
        return needed;
    }

    private Route device(IpPrefix network, int number, Optional<InetAddress> source) {
        return new Route(network, number, HostNumbers.TUN_METRIC, HostNumbers.PROTOCOL, new Route.Device(tun, source));
    }

    private static Route unreachable(IpPrefix network, int number) {
        return new Route(network, number, HostNumbers.UNREACHABLE_METRIC, HostNumbers.PROTOCOL,
                new Route.Unreachable());
    }

    /// An address of this host inside `local`, so that its own packets match the policy.
    private Optional<InetAddress> ownAddress(AddressRange local) throws IOException {
        return links.addresses().stream().map(LinkAddress::address)
                .filter(address -> local.contains(address) && !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress())
                .findFirst();
    }
}
