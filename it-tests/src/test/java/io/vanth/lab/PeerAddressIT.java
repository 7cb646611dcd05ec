package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// I-21: a peer with several addresses, or with a name. B has two addresses in the labs, and any of them is right to it.
@InLab({Program.IP, Program.NFT, Program.PING, Program.STRONGSWAN, Program.DNSMASQ})
final class PeerAddressIT {
    private static final String NOBODY = "192.0.2.77";
    private static final String FIRST = "192.0.2.2";
    private static final String SECOND = "192.0.2.3";
    private static final String NAME = "gw-b.example";
    private static final Duration DPD_DELAY = Duration.ofSeconds(2);
    private static final Duration DPD_TIMEOUT = Duration.ofSeconds(8);
    /// Two attempts at an address that is silent, and more for a busy machine.
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Topology net;
    private StrongSwan swan;

    @BeforeEach
    void startPeer(Lab lab) {
        net = lab.siteToSite(2);
        Link mirror = net.atB(net.link()).start(Start.PASSIVE);
        swan = net.b().strongSwan(mirror.local(mirror.local().address(FIRST + ", " + SECOND)));
    }

    private Link towards(String addresses) {
        return net.link().start(Start.ALWAYS).dpd(DPD_DELAY, DPD_TIMEOUT)
                .remote(net.link().remote().address(addresses));
    }

    private void awaitPeerAt(String address, Link link, Vanth vanth) {
        long begun = System.nanoTime();
        Await.until("the tunnel leads to " + address, LIMIT, () -> vanth.isUp(link)
                && vanth.connection(link).path("peer").asText().startsWith(address + ":"), vanth::log);
        System.out.printf("[lab] %s: up with %s after %.1f s%n", link.name(), address,
                (System.nanoTime() - begun) / 1e9);
        net.traffic(link).pingBothWays();
    }

    /// The peer cannot be reached there any more.
    private void silence(String address) {
        net.b().gateway().nft("""
            table inet lab {
                chain silence {
                    type filter hook prerouting priority raw
                    ip daddr %s udp dport { 500, 4500 } drop
                }
            }
            """.formatted(address));
    }

    @Test
    void theSecondAddressServesWhereTheFirstIsSilent() {
        var link = towards(NOBODY + ", " + FIRST);
        awaitPeerAt(FIRST, link, net.a().vanth(link));
    }

    @Test
    void theSecondAddressIsTakenWhenTheFirstDies() {
        var link = towards(FIRST + ", " + SECOND);
        var vanth = net.a().vanth(link);
        awaitPeerAt(FIRST, link, vanth);
        silence(FIRST);
        awaitPeerAt(SECOND, link, vanth);
    }

    @Test
    void aNameIsLookedUpAgainWhenItsAddressDies() {
        var names = NameServer.start(net.a(), NAME, FIRST);
        var link = towards(NAME);
        var vanth = net.a().vanth(Besides.file("/etc/resolv.conf", names.resolver()), link);
        awaitPeerAt(FIRST, link, vanth);
        names.change(NAME, SECOND);
        silence(FIRST);
        awaitPeerAt(SECOND, link, vanth);
    }

    @Test
    void allAddressesOfANameAreTried() {
        var names = NameServer.start(net.a(), NAME, NOBODY, FIRST);
        var link = towards(NAME);
        var vanth = net.a().vanth(Besides.file("/etc/resolv.conf", names.resolver()), link);
        awaitPeerAt(FIRST, link, vanth);
    }

    @Test
    void aNameThatNobodyKnowsIsSaidAndTriedAgain() {
        var names = NameServer.start(net.a(), "another.example", FIRST);
        var link = towards(NAME);
        var vanth = net.a().vanth(Besides.file("/etc/resolv.conf", names.resolver()), link);
        Await.until("Vanth says so", LIMIT, () -> vanth.failure(link).contains("unresolved"), vanth::log);
        assertEquals(0, swan.ipsecSas(link));
        names.change(NAME, FIRST);
        awaitPeerAt(FIRST, link, vanth);
    }

    @Test
    void aNameInTheFileOfHostsMayChange(Lab lab) throws IOException {
        Path hosts = lab.folder().resolve("hosts");
        Files.write(hosts, List.of(FIRST + " " + NAME));
        var link = towards(NAME);
        var vanth = net.a().vanth(Besides.file("/etc/hosts", hosts), link);
        awaitPeerAt(FIRST, link, vanth);
        Files.write(hosts, List.of(SECOND + " " + NAME));
        silence(FIRST);
        awaitPeerAt(SECOND, link, vanth);
    }
}
