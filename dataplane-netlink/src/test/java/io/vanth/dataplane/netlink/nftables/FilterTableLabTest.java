package io.vanth.dataplane.netlink.nftables;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The `nft` command is the judge of what the kernel was told.
class FilterTableLabTest {
    private NetworkNamespace namespace;
    private NetlinkSocket socket;
    private FilterTable table;

    @BeforeEach
    void open() throws Exception {
        namespace = NetworkNamespace.create();
        socket = namespace.call(() -> NetlinkSocket.open(NetlinkSocket.NETFILTER));
        table = new FilterTable(socket, FilterTable.Family.INET, "test");
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

    @Test
    void rulesAreWhatTheNftCommandShows() throws Exception {
        table.change().table().chain("inbound").chain("input", Hook.INPUT, -10)
                .append("input", new FilterRule().inputLinkNot("vanth0").jump("inbound"), "")
                .append("input", new FilterRule().marked(0x1234).count().accept(), "own")
                .append("input", new FilterRule().protocol(17).destinationPort(500, 500).sourcePort(1, 9).drop(), "")
                .append("inbound",
                        new FilterRule().addresses(AddressRange.parse("10.2.0.0/16"),
                                AddressRange.parse("10.1.0.1-10.1.0.9")).drop(),
                        "a \"policy\"; with any name")
                .append("inbound", new FilterRule()
                        .addresses(AddressRange.parse("::/0"), AddressRange.parse("fd00::1")).protocol(6).drop(), "six")
                .append("inbound", new FilterRule().toThisHost().setMark(7), "mark").commit();
        String listing = namespace.command("nft", "list", "table", "inet", "test");
        for (String rule : List.of("chain input {", "type filter hook input priority filter - 10; policy accept;",
                "iifname != \"vanth0\" jump inbound",
                "meta mark 0x00001234 counter packets 0 bytes 0 accept comment \"own\"",
                "udp dport 500 udp sport 1-9 drop", "ip saddr 10.2.0.0-10.2.255.255 ip daddr 10.1.0.1-10.1.0.9 drop",
                "ip6 daddr fd00::1 meta l4proto tcp drop comment \"six\"",
                "fib daddr type local meta mark set 0x00000007")) {
            assertTrue(listing.contains(rule), rule + " is not in " + listing);
        }
    }

    @Test
    void setsAreWhatTheNftCommandShows() throws Exception {
        var four = new AddressSet("four", false);
        var six = new AddressSet("six", true);
        table.change().table().set(four).set(six).chain("c").append("c", new FilterRule().source(four).drop(), "")
                .append("c", new FilterRule().destination(six).drop(), "").commit();
        table.change().add(four, AddressRange.parse("10.2.0.0/16")).add(four, AddressRange.parse("10.1.0.0/16"))
                .add(four, AddressRange.parse("255.255.255.255")).add(six, AddressRange.parse("::/0")).commit();
        String listing = namespace.command("nft", "list", "table", "inet", "test");
        for (String line : List.of("10.1.0.0/16, 10.2.0.0/16", "255.255.255.255", "::/0", "ip saddr @four drop",
                "ip6 daddr @six drop")) {
            assertTrue(listing.contains(line), line + " is not in " + listing);
        }
        table.change().remove(four, AddressRange.parse("10.2.0.0/16")).flush(six).commit();
        String after = namespace.command("nft", "list", "table", "inet", "test");
        assertTrue(after.contains("10.1.0.0/16") && !after.contains("10.2.0.0") && !after.contains("::/0"), after);
        table.change().set(four).set(six).add(six, AddressRange.parse("fd00::/8")).commit();
        assertTrue(namespace.command("nft", "list", "table", "inet", "test").contains("fd00::/8"));
        assertThrows(LinuxException.class,
                () -> table.change().remove(four, AddressRange.parse("10.2.0.0/16")).commit());
    }

    @Test
    void rulesKeepTheirOrderAndTheirComments() throws Exception {
        List<StoredRule> added = table.change().table().chain("c").append("c", drop(), "one")
                .append("c", drop(), "three")
                .commit();
        assertEquals(List.of("one", "three"), added.stream().map(StoredRule::comment).toList());
        table.change().insert("c", drop(), "two", added.getLast().handle()).delete(added.getFirst()).commit();
        assertEquals(List.of("two", "three"), table.rules().stream().map(StoredRule::comment).toList());
        table.change().deleteTable().commit();
        assertEquals(List.of(), table.rules());
    }

    @Test
    void aTransactionThatFailsChangesNothing() throws Exception {
        table.change().table().chain("c").append("c", drop(), "one").commit();
        LinuxException refused = assertThrows(LinuxException.class,
                () -> table.change().append("c", drop(), "two").append("absent", drop(), "three").commit());
        assertTrue(refused.getMessage().contains("add rule 'three' to chain absent: ENOENT"), refused.getMessage());
        assertEquals(1, table.rules().size());
    }

    private static FilterRule drop() {
        return new FilterRule().drop();
    }
}
