package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Vanth with its userspace engine, and strongSwan with the ESP of the guest's kernel. Vanth installs no routes here: the
/// kernel lacks the nftables that go with them.
@InLab
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class StrongSwanKernelLab {
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final String VANTH_DEVICE = "vanth0";

    static Stream<Arguments> waysAndRoles() {
        return Role.with(List.of(Encapsulation.YES, Encapsulation.NO));
    }

    @ParameterizedTest(name = "UDP: {0}, {1}")
    @MethodSource("waysAndRoles")
    void carriesTrafficUnderOldAndNewKeys(Encapsulation way, Role role, Lab lab) {
        Topology net = lab.siteToSite();
        Link link = net.link().encapsulation(way);
        Peers peers = begin(net, role, link, link);
        peers.upAndDown(role, link, () -> {
            net.traffic(link).pingBothWays();
            net.traffic(link).bulkBothWays("2M");
            assertEquals(way == Encapsulation.YES, other(net, role).gateway().ip("xfrm state").contains("espinudp"));
            peers.swan().rekey(link);
            awaitGenerations(peers, 2);
        });
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void takesNewKeysFromVanth(Role role, Lab lab) {
        Topology net = lab.siteToSite();
        Peers peers = begin(net, role, net.link().lifetime(SHORT), net.link());
        peers.upAndDown(role, net.link(), () -> awaitGenerations(peers, 2));
    }

    private static void awaitGenerations(Peers peers, long count) {
        Await.until(count + " generations of SAs", Duration.ofMinutes(1),
                () -> peers.swan().establishedCount() >= count, peers.swan()::log);
    }

    private static Site other(Topology net, Role role) {
        return role == Role.INITIATOR ? net.b() : net.a();
    }

    /// Who begins is at A.
    private static Peers begin(Topology net, Role role, Link atVanth, Link atPeer) {
        boolean initiates = role == Role.INITIATOR;
        Site own = initiates ? net.a() : net.b();
        Link link = initiates ? atVanth : net.atB(atVanth);
        Vanth vanth = Vanth.start(own, List.of(link), Besides.daemon("  routes: false"));
        own.gateway().ip("route add %s dev %s".formatted(link.remote().network(), VANTH_DEVICE));
        StrongSwan swan = StrongSwan.onKernel(other(net, role), List.of(initiates ? net.atB(atPeer) : atPeer));
        return new Peers(net, vanth, swan);
    }
}
