package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Policies and routes together, in a kernel that need not have ESP: the gateway has 10.1.0.1 on `lan` and 192.0.2.1 on
/// `wan`, where its default route leads.
class KernelTablesLabTest {
    private static final SaGroup GROUP = new SaGroup(1);
    private static final String TUNNELLED = "dev wan table 5602 src 10.1.0.1";
    private static final TunnelEnds.Leg LEG = new TunnelEnds.Leg(GROUP, SecurityProtocol.ESP, 0);

    private NetworkNamespace namespace;
    private KernelTables tables;

    @BeforeEach
    void open() throws Exception {
        namespace = NetworkNamespace.create();
        for (String link : List.of("wan", "lan")) {
            ip("link add " + link + " type veth peer name " + link + "-other");
            ip("link set " + link + "-other up");
            ip("link set " + link + " up");
        }
        ip("addr add 192.0.2.1/24 dev wan");
        ip("addr add 10.1.0.1/24 dev lan");
        ip("route add default via 192.0.2.254");
        tables = namespace.call(() -> KernelTables.open(true, _ -> {}));
    }

    @AfterEach
    void close() {
        if (tables != null) {
            tables.close(true);
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    private String ip(String words) throws Exception {
        return namespace.command(("ip " + words).split(" "));
    }

    private void assertWay(String expected) throws Exception {
        String answer = ip("route get 10.2.0.9").replaceAll("\\s+", " ");
        assertTrue(answer.contains(expected), answer);
    }

    private static Policy policy(String name, int order, String peer) {
        var layer = new Layer(SecurityProtocol.ESP, Mode.TUNNEL,
                peer.isEmpty() ? Optional.empty() : Optional.of(InetAddress.ofLiteral(peer)), true);
        return new Policy(name, order,
                new TrafficPair(TrafficSelector.parse("10.1.0.0/24"), TrafficSelector.parse("10.2.0.0/24")),
                new Policy.Protect(GROUP, List.of(layer), true));
    }

    private void lead() throws Exception {
        tables.lead(GROUP, Map.of(LEG, new TunnelEnds.Ends(Mode.TUNNEL, InetAddress.ofLiteral("192.0.2.1"),
                InetAddress.ofLiteral("192.0.2.77"))));
    }

    /// As when the order of tunnels changes: otherwise the host's own packets bear an address that no policy protects.
    @Test
    void thePolicyThatReplacesAnotherOfItsTunnelHasItsWay() throws Exception {
        tables.add(policy("branch/lan", 1000, ""));
        tables.settle();
        assertWay("via 192.0.2.254 dev wan src 192.0.2.1");
        lead();
        assertWay(TUNNELLED);
        String before = ip("rule show") + ip("route show table 5602");
        tables.add(policy("branch/lan~1", 2000, ""));
        assertWay(TUNNELLED);
        tables.remove("branch/lan");
        assertWay(TUNNELLED);
        assertEquals(before, ip("rule show") + ip("route show table 5602"));
        tables.remove("branch/lan~1");
        assertWay("via 192.0.2.254 dev wan src 192.0.2.1");
    }

    /// The SAs know where the peer is now; before there are any, the policy says where it may be.
    @Test
    void theWayIsThatOfTheSasBeforeThatOfTheName() throws Exception {
        tables.add(policy("branch/lan", 1000, "10.1.0.10"));
        tables.settle();
        assertWay("dev lan table 5602 src 10.1.0.1");
        lead();
        assertWay(TUNNELLED);
        tables.add(policy("branch/lan~1", 2000, "10.1.0.10"));
        tables.remove("branch/lan");
        assertWay(TUNNELLED);
    }
}
