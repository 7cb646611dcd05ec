package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import io.vanth.lab.Link.Start;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-11: the unit under a systemd, strongSwan being the peer.
@InLab({Program.IP, Program.NFT, Program.PING, Program.SYSTEMD, Program.STRONGSWAN})
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class SystemdKernelLab {
    private static final Path SOCKET = Path.of("/run/vanth/vanth.sock");
    private static final Path SECRET = Path.of("/etc/vanth/secret");
    private static final String CREDENTIAL = "/run/credentials/vanth.service/peer.psk";
    /// With more time than the unit gives: the guest has one slow processor, and the machine may be busy.
    private static final String DROP_IN = "LoadCredential=peer.psk:" + SECRET
            + "\nTimeoutStartSec=5min\nTimeoutStopSec=2min\n";
    /// For a start and a negotiation in a guest with one slow processor.
    private static final Duration AGAIN = Duration.ofMinutes(3);
    /// capabilities(7): NET_BIND_SERVICE is bit 10, NET_ADMIN 12, NET_RAW 13.
    private static final String CAPABILITIES = "%016x".formatted(1 << 10 | 1 << 12 | 1 << 13);

    private static String config(Link link, Besides besides) {
        return VanthConfig.of(SOCKET, List.of(link), besides).replace(VanthConfig.secretFile(link), CREDENTIAL);
    }

    private static Systemd boot(Site site, Link link) {
        Systemd systemd = Systemd.boot(site, DROP_IN);
        Systemd.write(SECRET, link.secret() + "\n");
        Systemd.write(Systemd.CONFIG, config(link, Besides.NOTHING));
        return systemd;
    }

    /// From a start that fails to a stop, on the userspace data plane.
    @Test
    void theUnitIsAllThatAServiceIs(Lab lab) {
        var net = lab.siteToSite();
        Link link = net.link().start(Start.ALWAYS);
        var swan = net.b().strongSwan(net.atB(net.link()));
        Systemd systemd = boot(net.a(), link);
        assertBadStartIsTold(systemd, link);
        systemd.checked("start");
        assertIsReady(systemd);
        swan.awaitUp(link, AGAIN);
        net.traffic(link).pingBothWays();
        assertConfined(systemd);
        assertReloads(systemd, link);
        assertComesBack(systemd, swan, link);
        net.traffic(link).pingBothWays();
        assertStops(systemd, swan, link);
        assertReadable(systemd);
    }

    /// What is confined reaches the kernel's IPsec too.
    @Test
    void theKernelsIpsecIsWithinReach(Lab lab) {
        var net = lab.siteToSite();
        Link link = net.link().start(Start.ALWAYS).plane(Plane.KERNEL);
        var swan = StrongSwan.onKernel(net.b(), List.of(net.atB(net.link())));
        Systemd systemd = boot(net.a(), link);
        systemd.checked("start");
        swan.awaitUp(link, AGAIN);
        net.traffic(link).pingBothWays();
        assertComesBack(systemd, swan, link);
        net.traffic(link).pingBothWays();
        assertStops(systemd, swan, link);
    }

    /// Who starts it learns it at once, and why from the journal's errors.
    private static void assertBadStartIsTold(Systemd systemd, Link link) {
        Systemd.write(Systemd.CONFIG, "conections: {}\n");
        assertNotEquals(0, systemd.vanth("start").exit());
        String errors = systemd.journal("--priority", "err");
        assertTrue(errors.contains("/conections: unknown key"), errors);
        assertTrue(errors.contains("vanth: /etc/vanth/vanth.yaml cannot be used"), errors);
        Systemd.write(Systemd.CONFIG, config(link, Besides.NOTHING));
        systemd.checked("stop");
    }

    /// As soon as `systemctl start` has returned.
    private static void assertIsReady(Systemd systemd) {
        systemd.command("/opt/vanth/bin/vanth", "status").checked();
        assertEquals("running", systemd.property("SubState"));
        Await.until("its status is shown", AGAIN, () -> systemd.property("StatusText").equals("1 of 1 tunnel(s) up"),
                () -> systemd.vanth("status").all());
    }

    private static void assertConfined(Systemd systemd) {
        String process = systemd.property("MainPID");
        String status = systemd.command("cat", "/proc/" + process + "/status").checked();
        for (String line : List.of("CapBnd:\t" + CAPABILITIES, "CapEff:\t" + CAPABILITIES, "NoNewPrivs:\t1",
                "Seccomp:\t2")) {
            assertTrue(status.contains(line), () -> line + " is not in\n" + status);
        }
        assertEquals("700 600 400", systemd.command("stat", "--format", "%a", SOCKET.getParent().toString(),
                SOCKET.toString(), CREDENTIAL).checked().strip().replace("\n", " "));
        assertNotEquals(0, systemd.command("setpriv", "--reuid", "65534", "--clear-groups", "cat", CREDENTIAL).run()
                .exit());
        assertFalse(systemd.journal("--output", "export").contains(systemd.command("cat", CREDENTIAL).checked()
                .strip()));
    }

    private static void assertReloads(Systemd systemd, Link link) {
        String before = systemd.property("MainPID");
        Systemd.write(Systemd.CONFIG, config(link, Besides.NOTHING) + "nonsense: 1\n");
        assertNotEquals(0, systemd.vanth("reload").exit());
        String warnings = systemd.journal("--priority", "warning");
        assertTrue(warnings.contains("/nonsense: unknown key"), warnings);
        assertEquals("active", systemd.property("ActiveState"));
        Systemd.write(Systemd.CONFIG, config(link, Besides.daemon("log: {level: debug}")));
        systemd.checked("reload");
        assertEquals(before, systemd.property("MainPID"));
        assertTrue(systemd.journal().contains("log changed"), systemd::journal);
    }

    private static void assertComesBack(Systemd systemd, StrongSwan swan, Link link) {
        String before = systemd.property("MainPID");
        long established = swan.establishedCount();
        systemd.command("kill", "-KILL", before).checked();
        Await.until("the tunnel is up again", AGAIN, () -> swan.establishedCount() > established, systemd::journal);
        swan.awaitUp(link, AGAIN);
        Await.until("systemd knows it", AGAIN, () -> systemd.property("ActiveState").equals("active"),
                () -> systemd.vanth("status").all());
        assertNotEquals(before, systemd.property("MainPID"));
        assertEquals("1", systemd.property("NRestarts"));
    }

    private static void assertStops(Systemd systemd, StrongSwan swan, Link link) {
        systemd.checked("stop");
        assertEquals("success 0 inactive", "%s %s %s".formatted(systemd.property("Result"),
                systemd.property("ExecMainStatus"), systemd.property("ActiveState")), systemd::journal);
        swan.awaitGone(link);
        assertTrue(systemd.journal().contains("vanth has stopped"), systemd::journal);
    }

    /// The journal has times and priorities of its own.
    private static void assertReadable(Systemd systemd) {
        String all = systemd.journal();
        assertEquals(List.of(), all.lines().filter(line -> line.matches("<\\d>.*|\\d{4}-\\d\\d-\\d\\dT.*")).toList());
        assertTrue(all.contains("INFO  vanth "), all);
        assertFalse(systemd.journal("--priority", "warning").contains("INFO  "), all);
    }
}
