package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import io.vanth.lab.Link.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-5: the kernel does not take an SA that the peer has agreed to. The modules of a running kernel are gone when its
/// package was replaced and nobody has restarted, or they are not let in: the daemon, which has started well, learns of
/// it when it needs one.
@InLab
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ExplainKernelLab {
    /// What the kernel calls when it lacks a module.
    private static final Path LOADER = Path.of("/proc/sys/kernel/modprobe");
    private static final String MODULE = "gcm";
    /// Pauses between attempts grow.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void whatTheKernelDoesNotTakeIsNamedAndComesUpWhenItDoes(Lab lab) throws IOException {
        Topology net = lab.siteToSite(2);
        Link begun = net.link(0).start(Start.ALWAYS);
        Link answered = net.link(1);
        Vanth vanth = net.a().vanth(begun.plane(Plane.KERNEL), answered.plane(Plane.KERNEL));
        Await.until("the module is gone", () -> Command.of("modprobe", "-r", MODULE).run().exit() == 0);
        String before = Files.readString(LOADER).strip();
        Files.writeString(LOADER, "/bin/false");
        Peers peers;
        try {
            // The kernel is one for both, so that the peer has an ESP of its own.
            peers = new Peers(net, vanth, net.b().strongSwan(net.atB(begun.start(Start.PASSIVE)), net.atB(answered)));
            assertRefused(peers, Role.INITIATOR, begun);
            peers.swan().begin(answered);
            assertRefused(peers, Role.RESPONDER, answered);
        } finally {
            Files.writeString(LOADER, before);
        }
        vanth.awaitUp(begun, PATIENCE);
        peers.up(Role.RESPONDER, answered);
        net.traffic(begun).pingBothWays();
        net.traffic(answered).pingBothWays();
    }

    private static void assertRefused(Peers peers, Role role, Link link) {
        Vanth vanth = peers.vanth();
        vanth.awaitFailure(link, "the data plane refused", "rfc4106(gcm(aes))");
        ExplainTable.print("the data plane refuses", role, vanth.assertExplains(link,
                List.of("This host's data plane did not take the keys", "cannot install ESP", "rfc4106(gcm(aes))",
                        "this kernel lacks a module", "modprobe", "connections.%s.tunnels.lan.proposals")));
        assertTrue(vanth.metrics().lines().anyMatch(line -> line.startsWith(
                "vanth_negotiations_failed_total{mode=\"quick_mode\",reason=\"data_plane\",role=\"%s\"}".formatted(
                        role.name().toLowerCase(Locale.ROOT)))),
                vanth::metrics);
        vanth.assertDown(link);
        Await.until("the peer knows it", Await.LIMIT,
                () -> !peers.swan().logged("received NO_PROPOSAL_CHOSEN error notify").isEmpty(), peers.swan()::log);
        // It has no SA in any state; what it keeps of a quick mode that it answered goes with its ISAKMP SA.
        String sas = peers.swan().sas(link);
        assertFalse(sas.contains(Link.TUNNEL + ": #"), sas);
        assertFalse(peers.net().a().gateway().ip("xfrm state").contains("aead"));
    }
}
