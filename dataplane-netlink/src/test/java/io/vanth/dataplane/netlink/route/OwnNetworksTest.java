package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// What keeps its way, by the configuration alone: own networks among each other, where a protected network is wider.
class OwnNetworksTest {
    private static final Policy.Action PROTECT = Policy.Protect.espTunnel(new SaGroup(1), true);

    private static Policy policy(String local, String remote, Policy.Action action) {
        return new Policy(local + remote, 0,
                new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote)), action);
    }

    private static Policy protect(String local, String remote) {
        return policy(local, remote, PROTECT);
    }

    private static List<String> own(Policy... policies) {
        return OwnNetworks.among(Arrays.asList(policies)).own().stream().map(AddressRange::toString).toList();
    }

    private static List<String> linkScope(Policy... policies) {
        return OwnNetworks.among(Arrays.asList(policies)).linkScope().stream().map(AddressRange::toString).toList();
    }

    @Test
    void anOrdinaryTunnelLeavesNothingOut() {
        Policy[] policies = {protect("10.1.0.0/24", "10.2.0.0/16"), protect("2001:db8:1::/64", "2001:db8:2::/64")};
        assertEquals(List.of(), own(policies));
        assertEquals(List.of(), linkScope(policies));
    }

    @Test
    void everythingIsWiderThanTheNetworksOfOneFamily() {
        assertEquals(List.of("10.1.0.0/24"), own(protect("10.1.0.0/24", "0.0.0.0/0")));
        assertEquals(List.of("224.0.0.0/24", "255.255.255.255/32"), linkScope(protect("10.1.0.0/24", "0.0.0.0/0")));
        assertEquals(List.of("2001:db8:1:0:0:0:0:0/64"), own(protect("2001:db8:1::/64", "::/0")));
        assertEquals(List.of("ff02:0:0:0:0:0:0:0/16", "fe80:0:0:0:0:0:0:0/10"),
                linkScope(protect("2001:db8:1::/64", "::/0")));
    }

    @Test
    void aBranchIsAPartOfItsCompany() {
        assertEquals(List.of("10.1.0.0/24"), own(protect("10.1.0.0/24", "10.0.0.0/8")));
        assertEquals(List.of("10.1.0.0-10.1.0.9"), own(protect("10.1.0.0-10.1.0.9", "10.1.0.0-10.3.255.255")));
    }

    @Test
    void aNetworkThatIsNotStrictlyInsideLeavesNothingOut() {
        assertEquals(List.of(), own(protect("0.0.0.0/0", "10.2.0.0/24")));
        assertEquals(List.of(), own(protect("0.0.0.0/0", "0.0.0.0/0")));
        assertEquals(List.of(), own(protect("10.1.0.0/24", "10.1.0.0/24")));
        assertEquals(List.of(), own(protect("10.1.0.0/24", "10.1.0.128-10.9.0.0")));
        assertEquals(List.of("10.1.0.0/24"),
                own(protect("0.0.0.0/0", "10.2.0.0/24"), protect("10.1.0.0/24", "10.0.0.0/8")));
    }

    @Test
    void aProtectedNetworkInsideAnOwnOneStaysProtected() {
        assertEquals(List.of("10.0.0.0-10.4.255.255", "10.6.0.0-10.255.255.255"),
                own(protect("10.0.0.0/8", "0.0.0.0/0"), protect("10.0.0.0/8", "10.5.0.0/16")));
        assertEquals(List.of(), own(protect("10.1.0.0/24", "0.0.0.0/0"), protect("10.9.0.0/24", "10.1.0.0/24"),
                protect("10.1.0.0/24", "10.9.0.0/24")));
    }

    /// An office with two networks of its own, one of them a part of the company's.
    @Test
    void aNetworkThatNoTunnelTouchesIsOneOfTheEnds() {
        assertEquals(List.of("192.168.0.0/16", "10.1.0.0/24"),
                own(protect("192.168.0.0/16", "10.0.0.0/8"), protect("10.1.0.0/24", "172.16.0.0/12")));
    }

    @Test
    void whatIsDiscardedIsDiscarded() {
        assertEquals(List.of(), own(policy("10.1.0.0/24", "10.0.0.0/8", new Policy.Discard())));
        assertEquals(List.of("10.1.0.0/26", "10.1.0.128/25"), own(protect("10.1.0.0/24", "0.0.0.0/0"),
                policy("0.0.0.0/0", "10.1.0.64/26", new Policy.Discard())));
        assertEquals(List.of(), own(protect("10.1.0.0/24", "0.0.0.0/0"),
                policy("0.0.0.0/0", "10.0.0.0/8", new Policy.Discard())));
    }

    @Test
    void whatPassesInClearMakesNoNetworkOwn() {
        assertEquals(List.of("10.1.0.0/24"), own(protect("10.1.0.0/24", "0.0.0.0/0"),
                policy("10.3.0.0/16", "10.3.0.0/16", new Policy.Bypass())));
    }

    @Test
    void aRoutingTableNeedsOnlyWhatItsOwnNetworksCatch() {
        var networks = OwnNetworks.among(List.of(protect("10.1.0.0/24", "10.0.0.0/8"),
                protect("172.16.5.0-172.16.6.255", "172.16.0.0/12")));
        assertEquals(Set.of(IpPrefix.parse("172.16.5.0/24"), IpPrefix.parse("172.16.6.0/24")),
                networks.ownInside(Set.of(IpPrefix.parse("172.16.0.0/12"))));
    }

    /// Against the definition, address by address, for ranges of all shapes.
    @Test
    void everyAddressIsJudgedByTheDefinition() {
        var random = new Random(20251121);
        for (int round = 0; round < 300; round++) {
            var policies = new ArrayList<Policy>();
            for (int count = 1 + random.nextInt(5); count > 0; count--) {
                policies.add(policy(range(random), range(random),
                        random.nextInt(6) == 0 ? new Policy.Discard() : PROTECT));
            }
            var networks = OwnNetworks.among(policies);
            Set<IpPrefix> devices = remotes(policies, Policy.Protect.class)
                    .flatMap(remote -> IpPrefix.covering(remote).stream()).collect(Collectors.toSet());
            Set<IpPrefix> kept = networks.ownInside(devices);
            for (int last = 0; last < 256; last++) {
                InetAddress address = InetAddress.ofLiteral("10.0.0." + last);
                assertEquals(expected(policies, address),
                        networks.own().stream().anyMatch(own -> own.contains(address)),
                        () -> address + " of " + policies);
                if (remotes(policies, Policy.Protect.class).anyMatch(remote -> remote.contains(address))) {
                    assertEquals(expected(policies, address),
                            kept.stream().anyMatch(prefix -> prefix.range().contains(address)),
                            () -> address + " " + policies);
                }
            }
        }
    }

    private static String range(Random random) {
        int first = random.nextInt(256);
        int bits = random.nextInt(9);
        return random.nextBoolean()
                ? "10.0.0.%d/%d".formatted(first, 32 - bits)
                : "10.0.0.%d-10.0.0.%d".formatted(first, first + random.nextInt(256 - first));
    }

    private static Stream<AddressRange> remotes(List<Policy> policies, Class<? extends Policy.Action> action) {
        return policies.stream().filter(policy -> action.isInstance(policy.action()))
                .map(policy -> policy.traffic().remote().addresses());
    }

    private static boolean expected(List<Policy> policies, InetAddress address) {
        List<AddressRange> protect = remotes(policies, Policy.Protect.class).toList();
        List<AddressRange> discard = remotes(policies, Policy.Discard.class).toList();
        List<AddressRange> locals = policies.stream().filter(policy -> policy.action() instanceof Policy.Protect)
                .map(policy -> policy.traffic().local().addresses()).toList();
        boolean someCaught = locals.stream().anyMatch(own -> protect.stream().anyMatch(each -> isWider(each, own))
                && addresses(own).anyMatch(each -> isLeft(each, own, protect, discard)));
        return someCaught && locals.stream().anyMatch(own -> own.contains(address)
                && isLeft(address, own, protect, discard)
                && (protect.stream().anyMatch(each -> isWider(each, own))
                        || addresses(own).allMatch(each -> isLeft(each, own, protect, discard))));
    }

    private static Stream<InetAddress> addresses(AddressRange range) {
        return IntStream.range(0, 256).mapToObj(last -> InetAddress.ofLiteral("10.0.0." + last))
                .filter(range::contains);
    }

    private static boolean isLeft(InetAddress address, AddressRange own, List<AddressRange> protect,
            List<AddressRange> discard) {
        return discard.stream().noneMatch(each -> each.contains(address))
                && protect.stream().filter(each -> each.contains(address)).allMatch(each -> isWider(each, own));
    }

    private static boolean isWider(AddressRange remote, AddressRange own) {
        return remote.contains(own) && !remote.equals(own);
    }
}
