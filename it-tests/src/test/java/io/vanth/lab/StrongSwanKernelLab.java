package io.vanth.lab;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Vanth with its userspace engine, and strongSwan with the ESP of the guest's kernel. Vanth installs no routes here: the
/// kernel lacks the nftables that go with them.
@InLab
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class StrongSwanKernelLab {
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final String VANTH_DEVICE = "vanth0";

    @ParameterizedTest
    @EnumSource(Role.class)
    void carriesTrafficUnderOldAndNewKeys(Role role, Lab lab) {
        Topology net = lab.siteToSite();
        Link link = net.link();
        Peers peers = begin(net, role, link, link);
        peers.upAndDown(role, link, () -> {
            net.traffic(link).pingBothWays();
            net.traffic(link).bulkBothWays("2M");
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

    /// Who begins is at A.
    private static Peers begin(Topology net, Role role, Link atVanth, Link atPeer) {
        boolean initiates = role == Role.INITIATOR;
        Site own = initiates ? net.a() : net.b();
        Site other = initiates ? net.b() : net.a();
        Link link = initiates ? atVanth : net.atB(atVanth);
        Vanth vanth = Vanth.start(own, List.of(link), Besides.daemon("  routes: false"));
        own.gateway().ip("route add %s dev %s".formatted(link.remote().network(), VANTH_DEVICE));
        StrongSwan swan = StrongSwan.onKernel(other, List.of(initiates ? net.atB(atPeer) : atPeer));
        return new Peers(net, vanth, swan);
    }
}
