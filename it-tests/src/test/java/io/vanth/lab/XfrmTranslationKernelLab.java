package io.vanth.lab;

import io.vanth.dataplane.netlink.testkit.XfrmInterfaceModule;
import io.vanth.lab.Link.Encapsulation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A peer behind a router that translates its address, over the IPsec of the kernel. The guest's kernel translates by
/// iptables alone.
@InLab({Program.IP, Program.NFT, Program.PING, Program.IPERF, Program.TCPDUMP, Program.STRONGSWAN, Program.IPTABLES})
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class XfrmTranslationKernelLab {
    private static final String OUTSIDE = "198.51.100.254";
    private static final String ELSEWHERE = "198.51.100.253";
    /// The last sequence number that Vanth sent by its outbound SA, which leads to the peer outside.
    private static final Pattern SENT = Pattern
            .compile("(?s)src 198\\.51\\.100\\.2 dst \\S+.*? oseq 0x([0-9a-f]+)");

    /// How the router's translation changes.
    enum Change {
        PORTS,
        ADDRESS,
        /// Of a route-based tunnel.
        ADDRESS_ROUTED;

        private boolean isOfAddress() {
            return this != PORTS;
        }

        /// The kernel forgets what it masqueraded behind a device that goes down. Nothing passes meanwhile: no packet is to
        /// come with the address that it has inside.
        void make(Namespace router) {
            router.ip("link set to-b down");
            iptables(router, "-F POSTROUTING");
            if (isOfAddress()) {
                router.ip("addr add %s/24 dev to-b".formatted(ELSEWHERE));
                iptables(router, "-A POSTROUTING -o to-b -p udp -j SNAT --to-source %s:41000-41999"
                        .formatted(ELSEWHERE));
            } else {
                iptables(router, "-A POSTROUTING -o to-b -p udp -j MASQUERADE --to-ports 40000-40999");
            }
            router.ip("link set to-b up");
        }
    }

    private static void iptables(Namespace router, String words) {
        router.command(("iptables-legacy -t nat " + words).split(" ")).checked();
    }

    /// An authenticated packet shows where the peer is now. The SAs follow; no sequence number is used twice, which the
    /// peer would drop.
    @ParameterizedTest
    @EnumSource
    void theMappingChangesUnderTraffic(Change change, Lab lab) {
        var net = lab.siteToSite(Middle.ROUTER);
        Namespace router = net.router().orElseThrow();
        iptables(router, "-A POSTROUTING -o to-b -j MASQUERADE");
        Link link = net.link().plane(Link.Plane.KERNEL).encapsulation(Encapsulation.AUTO);
        Link atB = net.atB(link).remote(net.atB(link).remote().address(anyOf(OUTSIDE, ELSEWHERE)));
        boolean routed = change == Change.ADDRESS_ROUTED;
        if (routed) {
            XfrmInterfaceModule.require();
        }
        var vanth = net.b().vanth(routed ? Besides.settings("interface: vanth0") : Besides.NOTHING, atB);
        if (routed) {
            net.b().gateway().ip("route replace 10.1.0.0/24 dev vanth0");
        }
        var swan = net.a().strongSwan(link);
        var peers = new Peers(net, vanth, swan);
        peers.up(Role.RESPONDER, link);
        assertTrue(vanth.tunnel(link).path("sa").path("udpEncapsulated").asBoolean(), vanth.log());
        Daemon always = net.traffic(link).pingAlways();
        net.traffic(link).pingBothWays();
        String before = vanth.connection(link).path("peer").asText();
        change.make(router);
        Await.until("traffic flows again", Duration.ofSeconds(60), net.traffic(link)::answers, vanth::log);
        net.traffic(link).pingBothWays();
        always.close();
        String after = vanth.connection(link).path("peer").asText();
        assertFalse(after.equals(before), after);
        assertEquals(change.isOfAddress(), after.contains(ELSEWHERE), after);
        String states = net.b().gateway().ip("xfrm state");
        assertEquals(2, Pattern.compile("(?m)^src ").matcher(states).results().count(), states);
        assertTrue(states.contains(change.isOfAddress() ? "dport 41" : "dport 40"), states);
        assertEquals(routed ? 2 : 0, states.split("if_id 0x56", -1).length - 1, states);
        assertEquals(change.isOfAddress(), sent(states) >= 0x1_0000, states);
        net.traffic(link).bulkBothWays("2M");
        peers.down(Role.RESPONDER, link);
    }

    private static String anyOf(String... addresses) {
        return String.join(", ", List.of(addresses));
    }

    private static int sent(String states) {
        var found = SENT.matcher(states);
        assertTrue(found.find(), states);
        return Integer.parseUnsignedInt(found.group(1), 16);
    }
}
