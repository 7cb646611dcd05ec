package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The kernel's policies as `ip xfrm policy` shows them. It takes policies also where it has no ESP.
class KernelPoliciesLabTest {
    private NetworkNamespace namespace;
    private NetlinkSocket socket;
    private KernelPolicies policies;

    @BeforeEach
    void makeNamespace() throws Exception {
        namespace = NetworkNamespace.create();
        socket = namespace.call(() -> NetlinkSocket.open(NetlinkSocket.XFRM));
        policies = new KernelPolicies(socket, _ -> 0);
    }

    @AfterEach
    void close() {
        if (socket != null) {
            socket.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    private static Policy policy(String name, int order, String local, String remote, Policy.Action action) {
        return new Policy(name, order, new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote)),
                action);
    }

    private static Policy protect(String name, String local, String remote) {
        return policy(name, 0, local, remote, Policy.Protect.espTunnel(new SaGroup(1), true));
    }

    /// Each entry on a line.
    private List<String> entries() throws Exception {
        return Arrays
                .stream(namespace.command("ip", "xfrm", "policy").replaceAll("\\s+", " ")
                        .split("(?=src \\S+ dst \\S+ (?:proto|dir))"))
                .map(String::strip).filter(entry -> !entry.isEmpty()).toList();
    }

    private List<String> allowed(String direction) throws Exception {
        return entries().stream().filter(entry -> entry.contains("dir " + direction + " ") && !entry.contains("tmpl")
                && !entry.contains("action block")).toList();
    }

    private void assertOne(List<String> entries, String text) {
        assertEquals(1, entries.stream().filter(entry -> entry.startsWith(text)).count(),
                () -> text + " in " + entries);
    }

    @Test
    void aTunnelForEverythingLeavesOwnNetworksAndTheLinkOut() throws Exception {
        policies.add(protect("all", "10.1.0.0/24", "0.0.0.0/0"));
        policies.add(protect("dmz", "10.9.0.0/24", "10.2.0.0/16"));
        assertEquals(List.of(), allowed("out"), "what would pass is not known yet");
        policies.settle();
        for (String direction : List.of("in", "fwd")) {
            assertOne(allowed(direction), "src 10.9.0.0/24 dst 10.1.0.0/24");
            assertOne(allowed(direction), "src 10.1.0.0/24 dst 10.1.0.0/24");
        }
        assertOne(allowed("out"), "src 10.1.0.0/24 dst 10.9.0.0/24");
        assertOne(allowed("out"), "src 0.0.0.0/0 dst 224.0.0.0/24");
        assertOne(allowed("out"), "src 0.0.0.0/0 dst 255.255.255.255/32");
        assertTrue(allowed("out").stream().allMatch(entry -> entry.contains("priority 1 ")), allowed("out").toString());
        assertTrue(entries().stream().filter(entry -> entry.contains("tmpl"))
                .allMatch(entry -> entry.contains("priority 16 ")), entries().toString());
        policies.remove("all");
        assertEquals(List.of(), allowed("out"));
        policies.remove("dmz");
        assertEquals(List.of(), entries());
    }

    /// A tunnel that is added later takes its part out again.
    @Test
    void aNarrowerTunnelIsNotOwn() throws Exception {
        policies.settle();
        policies.add(protect("all", "10.1.0.0/16", "0.0.0.0/0"));
        assertOne(allowed("out"), "src 10.1.0.0/16 dst 10.1.0.0/16");
        policies.add(protect("part", "10.1.0.0/16", "10.1.128.0/17"));
        assertOne(allowed("out"), "src 10.1.0.0/17 dst 10.1.0.0/17");
        assertFalse(allowed("out").stream().anyMatch(entry -> entry.contains("10.1.0.0/16 dst 10.1.0.0/16")),
                allowed("out").toString());
        policies.remove("part");
        assertOne(allowed("out"), "src 10.1.0.0/16 dst 10.1.0.0/16");
    }

    /// Many own networks that lie side by side are one, also where they are all of what a policy protects.
    @Test
    void ownNetworksSideBySideTakeOneEntry() throws Exception {
        policies.add(protect("all", "10.0.0.0/8", "0.0.0.0/0"));
        for (int network = 0; network < 200; network++) {
            policies.add(protect("n" + network, "10.7." + network + ".0/24", "192.168." + network + ".0/24"));
        }
        policies.add(protect("half", "172.16.0.0/13", "172.16.0.0/12"));
        policies.add(protect("other half", "172.24.0.0/13", "172.16.0.0/12"));
        policies.settle();
        assertOne(allowed("out"), "src 10.0.0.0/8 dst 10.0.0.0/8");
        assertOne(allowed("fwd"), "src 10.0.0.0/8 dst 10.0.0.0/8");
        assertOne(allowed("out"), "src 172.16.0.0/13 dst 172.24.0.0/13");
        assertOne(allowed("out"), "src 172.24.0.0/13 dst 172.24.0.0/13");
        assertTrue(allowed("out").size() < 20, allowed("out").toString());
    }

    /// What is left of an own network between many protected ones, each part to each: refused, and nothing changes.
    @Test
    void moreOwnNetworksThanTheKernelTakesAreRefused() throws Exception {
        policies.add(protect("all", "10.0.0.0/8", "0.0.0.0/0"));
        for (int network = 0; network < 250; network += 2) {
            policies.add(protect("n" + network, "172.16.0.0/24", "10.7." + network + ".0/24"));
            policies.add(protect("m" + network, "172.16.0.0/24", "10.8." + network + ".0/24"));
        }
        List<String> before = entries();
        var refused = assertThrows(DataPlaneException.class, policies::settle);
        assertTrue(refused.getMessage().contains("more than 65536"), refused.getMessage());
        assertEquals(before, entries());
        policies.remove("all");
        assertFalse(entries().stream().anyMatch(entry -> entry.startsWith("src 10.0.0.0/8")), entries().toString());
    }

    /// RFC 4861: types 133 to 137, by three masks; forwarded ones are none.
    @Test
    void neighboursAreFoundBesideEveryTunnelOfIpv6() throws Exception {
        policies.settle();
        policies.add(protect("host", "2001:db8:f::1", "2001:db8:f::2"));
        for (String direction : List.of("in", "out")) {
            assertEquals(3, allowed(direction).stream().filter(entry -> entry.contains("proto ipv6-icmp type")).count(),
                    () -> direction);
        }
        List<String> blocked = entries().stream().filter(entry -> entry.contains("action block")).toList();
        assertEquals(3, blocked.size(), entries().toString());
        assertTrue(blocked.stream().allMatch(entry -> entry.contains("dir fwd")), blocked.toString());
        policies.remove("host");
        assertEquals(List.of(), entries());
    }

    /// What the operator says of the same packets counts.
    @Test
    void theOperatorsPolicyIsInThePlaceOfOurs() throws Exception {
        policies.settle();
        policies.add(policy("mine", 0, "10.1.0.0/24", "10.1.0.0/24", new Policy.Bypass()));
        policies.add(protect("all", "10.1.0.0/24", "0.0.0.0/0"));
        assertTrue(allowed("out").stream().filter(entry -> entry.startsWith("src 10.1.0.0/24 dst 10.1.0.0/24"))
                .allMatch(entry -> entry.contains("priority 16 ")), entries().toString());
        policies.remove("mine");
        assertOne(allowed("out"), "src 10.1.0.0/24 dst 10.1.0.0/24");
    }

    /// Until the new run has all its policies, what the earlier one let pass goes on passing.
    @Test
    void theNextRunTakesOver() throws Exception {
        policies.add(protect("all", "10.1.0.0/24", "0.0.0.0/0"));
        policies.settle();
        List<String> before = entries();
        var next = new KernelPolicies(socket, _ -> 0);
        assertEquals(before, entries());
        next.add(protect("all", "10.1.0.0/24", "0.0.0.0/0"));
        assertEquals(before, entries());
        next.settle();
        assertEquals(before, entries());
        next.removeAll();
        assertEquals(List.of(), entries());
    }
}
