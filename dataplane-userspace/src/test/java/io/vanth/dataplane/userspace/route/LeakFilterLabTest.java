package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The leak filter's tables, and what other programs do to them.
@Timeout(60)
final class LeakFilterLabTest {
    private static final Policy SITE = policy("site", 10, "10.2.0.0/16");
    private static final Policy OTHER = policy("other", 20, "10.9.0.0/16");
    private static final Policy THIRD = policy("third", 30, "10.8.0.0/16");

    private NetworkNamespace host;
    private NetlinkSocket socket;
    private LeakFilter filter;

    @BeforeEach
    void open() throws Exception {
        host = NetworkNamespace.create();
        socket = host.call(() -> NetlinkSocket.open(NetlinkSocket.NETFILTER));
        filter = new LeakFilter(socket, "vanth0");
    }

    @AfterEach
    void close() {
        socket.close();
        host.close();
    }

    private static Policy policy(String name, int order, String remote) {
        String local = remote.contains(":") ? "fd01::/48" : "10.1.0.0/16";
        return new Policy(name, order, new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote)),
                new Policy.Discard());
    }

    private void add(Policy policy) throws IOException {
        filter.add(policy, Optional.empty());
    }

    private String list(String... what) throws Exception {
        String[] words = new String[what.length + 2];
        words[0] = "nft";
        words[1] = "list";
        System.arraycopy(what, 0, words, 2, what.length);
        return host.command(words);
    }

    private String chain(String name) throws Exception {
        return list("chain", "inet", "vanth", name);
    }

    private String set() throws Exception {
        return list("set", "inet", "vanth", "remote-ipv4");
    }

    /// Everything around 160 networks is some thousands of prefixes, more than a netlink socket takes at once.
    @Test
    void aPolicyForEverythingComesAfterAnyNumberOfNarrowOnes() throws Exception {
        for (int number = 0; number < 160; number++) {
            add(policy("four-" + number, 10, "%d.%d.7.0/24".formatted(20 + number, number * 37 % 256)));
            add(policy("six-" + number, 10, "%x:%x::/48".formatted(0x2000 + number * 11, number * 371)));
        }
        add(policy("all", 20, "0.0.0.0/0"));
        add(policy("all6", 20, "::/0"));
        assertTrue(chain("outbound").contains("\"all\"") && chain("outbound").contains("\"all6\""));
        assertTrue(set().lines().count() > 1000, "everything else is in the set");
        filter.remove(policy("all", 20, "0.0.0.0/0"), Optional.empty());
        assertFalse(Pattern.compile("[ \\t]20\\.0\\.0\\.0/[0-9]").matcher(set()).find(), "and out again");
    }

    /// As after a restart of nftables.service.
    @Test
    void aRouteBasedTunnelFindsItsMarkAgain() throws Exception {
        Policy routed = policy("routed", 10, "0.0.0.0/0");
        filter.mark(routed);
        add(SITE);
        String before = list("ruleset");
        host.command("nft", "flush", "ruleset");
        filter.mark(policy("second", 10, "0.0.0.0/0"));
        assertEquals(before, list("ruleset"));
    }

    /// Else one route-based tunnel has every packet of the host held against all policies.
    @Test
    void whatIsRouteBasedIsInNoSetAndItsPeersAreMarkedWhereverTheyAre() throws Exception {
        filter.mark(policy("routed", 10, "0.0.0.0/0"));
        add(SITE);
        assertTrue(set().contains("10.2.0.0/16") && !set().contains("0.0.0.0/"), set());
        String mark = chain("restore-mark");
        assertEquals(4, mark.lines().filter(line -> line.contains("mark set")).count(), mark);
        assertFalse(mark.contains("@remote") || mark.contains("jump"), mark);
    }

    @Test
    void afterOneRuleWasLostTheSetsAreBelievedAgain() throws Exception {
        add(SITE);
        add(OTHER);
        String rules = host.command("nft", "-a", "list", "chain", "inet", "vanth", "inbound");
        var handle = Pattern.compile("\"site\" # handle (\\d+)").matcher(rules);
        assertTrue(handle.find(), rules);
        host.command("nft", "delete", "rule", "inet", "vanth", "inbound", "handle", handle.group(1));
        add(policy("first", 5, "10.7.0.0/16"));
        assertEquals(List.of("first", "site", "other"), names("inbound"));
        assertEquals(List.of("first", "site", "other"), names("outbound"));
        assertTrue(chain("forward").contains("@remote-ipv4"), chain("forward"));
        assertTrue(set().contains("10.2.0.0/16") && set().contains("10.7.0.0/16"), set());
    }

    private List<String> names(String chain) throws Exception {
        return Pattern.compile("comment \"([^\"]+)\"").matcher(chain(chain)).results().map(match -> match.group(1))
                .toList();
    }

    /// A set of another type under the same name is refused, and is no lack of anything.
    @Test
    void aRestorationThatIsRefusedIsTriedAgain() throws Exception {
        add(SITE);
        add(OTHER);
        host.command("nft", "flush ruleset; add table inet vanth;"
                + " add set inet vanth remote-ipv6 { type ether_addr; }");
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThrows(IOException.class, () -> add(THIRD));
        }
        host.command("nft", "delete", "table", "inet", "vanth");
        add(THIRD);
        assertEquals(List.of("site", "other", "third"), names("inbound"));
        assertEquals(List.of("site", "other", "third"), names("outbound"));
    }

    @Test
    void aSetThatAnotherProgramChangedIsFilledAnew() throws Exception {
        Policy range = policy("range", 10, "10.2.0.0-10.4.255.255");
        add(range);
        add(OTHER);
        host.command("nft", "delete element inet vanth remote-ipv4 { 10.2.0.0/15 }");
        filter.remove(range, Optional.empty());
        add(policy("wide", 10, "10.0.0.0/13"));
        assertTrue(set().contains("10.0.0.0/13") && set().contains("10.9.0.0/16"), set());
        assertFalse(set().contains("10.4.0.0"), set());
        assertTrue(chain("forward").contains("@remote-ipv4"), chain("forward"));
    }
}
