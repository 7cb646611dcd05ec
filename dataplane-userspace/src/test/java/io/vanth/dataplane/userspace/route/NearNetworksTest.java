package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.route.IpPrefix;
import io.vanth.dataplane.netlink.route.LinkNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Which networks next to the host keep their way, as an operator reads his routes: the narrower one wins.
class NearNetworksTest {
    private static final LinkNetwork LAN = connected(3, "10.1.0.0/24");
    private static final LinkNetwork LAN6 = connected(3, "2001:db8:1::/64");

    private static LinkNetwork connected(int link, String network) {
        return new LinkNetwork(link, IpPrefix.parse(network));
    }

    private static Policy policy(String remote, Policy.Action action) {
        String local = remote.contains(":") ? "2001:db8:1::/64" : "10.1.0.0/24";
        return new Policy(remote, 0, new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote)),
                action);
    }

    private static Policy protect(String remote) {
        return policy(remote, Policy.Protect.espTunnel(new SaGroup(1), true));
    }

    private static List<String> steps(List<LinkNetwork> connected, Policy... policies) {
        return NearNetworks.among(Arrays.asList(policies), connected).steps().stream().map(step -> switch (step) {
            case NearNetworks.Near(var network, var link) -> network + link.map(number -> " by " + number).orElse("");
            case NearNetworks.Protected(var network) -> network + " protected";
        }).toList();
    }

    @Test
    void anOrdinaryTunnelTouchesNoNetworkOfTheHost() {
        assertEquals(List.of(), steps(List.of(LAN, LAN6), protect("10.2.0.0/16"), protect("2001:db8:2::/64")));
    }

    @Test
    void everythingIsWiderThanTheNetworksOfOneFamily() {
        assertEquals(List.of("255.255.255.255/32", "10.1.0.0/24 by 3", "224.0.0.0/24"),
                steps(List.of(LAN, LAN6), protect("0.0.0.0/0")));
        assertEquals(List.of("2001:db8:1:0:0:0:0:0/64 by 3", "ff02:0:0:0:0:0:0:0/16", "fe80:0:0:0:0:0:0:0/10"),
                steps(List.of(LAN, LAN6, connected(3, "fe80::/64")), protect("::/0")));
    }

    /// A branch whose own network is a part of the company's.
    @Test
    void aWiderNetworkThatIsNotEverythingToo() {
        assertEquals(List.of("10.1.0.0/24 by 3"), steps(List.of(LAN), protect("10.0.0.0/8")));
        assertEquals(List.of("10.1.0.0/24 by 3"), steps(List.of(LAN), protect("10.1.0.0-10.3.255.255")));
    }

    @Test
    void aNetworkThatIsProtectedItselfIsNotLeftOut() {
        assertEquals(List.of(), steps(List.of(LAN), protect("10.0.0.0/8"), protect("10.1.0.0/24")));
        assertEquals(List.of(), steps(List.of(LAN), protect("10.0.0.0/8"),
                policy("10.1.0.0/24", new Policy.Discard())));
        assertEquals(List.of(), steps(List.of(LAN), protect("10.1.0.0/24")));
    }

    @Test
    void aProtectedNetworkInsideAConnectedOneStaysProtected() {
        assertEquals(List.of("10.1.0.64/26 protected", "10.1.0.0/24 by 3"),
                steps(List.of(LAN), protect("10.0.0.0/8"), protect("10.1.0.64/26")));
    }

    /// A policy that discards wants to discard.
    @Test
    void nothingIsLeftOutOfADiscardedNetwork() {
        assertEquals(List.of(), steps(List.of(LAN), policy("10.0.0.0/8", new Policy.Discard())));
    }

    @Test
    void theLoopbackNetworkHasNoWayOut() {
        assertEquals(List.of("255.255.255.255/32", "224.0.0.0/24"),
                steps(List.of(connected(1, "127.0.0.0/8")), protect("0.0.0.0/0")));
    }

    @Test
    void aRoutingTableNeedsOnlyWhatItsOwnNetworksContain() {
        var near = NearNetworks.among(List.of(protect("10.0.0.0/8"), protect("172.16.0.0/12")),
                List.of(LAN, connected(4, "172.16.5.0/24")));
        assertEquals(Set.of(IpPrefix.parse("172.16.5.0/24")), near.inside(Set.of(IpPrefix.parse("172.16.0.0/12"))));
    }
}
