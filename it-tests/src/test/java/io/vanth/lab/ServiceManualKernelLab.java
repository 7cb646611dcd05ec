package io.vanth.lab;

import io.vanth.dataplane.userspace.route.HostNumbers;
import io.vanth.lab.ManualKernelLab.Plane;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-19: manual policies of single services, and tunnels in tunnels, of Vanth on either data plane, against SAs and
/// policies that were put into another kernel by hand.
@InLab({Program.IP, Program.PING})
final class ServiceManualKernelLab {
    private static final String A = ManualKernelLab.A;
    private static final String B = ManualKernelLab.B;
    private static final String C = "203.0.113.1";
    private static final String D = "203.0.113.2";
    private static final int TABLE = 100;
    private static final int POP3 = 110;
    private static final int IMAP = 143;
    private static final int SMTP = 25;
    private static final int SSH = 22;

    /// Features 10, the example of the FAQ of NetBSD: everyone who comes to a service has to authenticate, but this host
    /// itself; other services have other levels, and whose peers there are SAs with the packets say.
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void aServiceSaysWhatItsPeersNeed(Plane plane, Lab lab) {
        var net = lab.siteToSite();
        Namespace a = net.a().gateway();
        Namespace b = net.b().gateway();
        ManualVanth.key(net, "auth", ManualKernelLab.AUTH);
        ManualVanth vanth = ManualVanth.start(net, plane.settings(), "associations:\n"
                + association(net, "pop3-out", "ah transport", A, B, 0x1000, "")
                + association(net, "pop3-in", "ah transport", B, A, 0x1001, "")
                + association(net, "imap-out", "esp transport", A, B, 0x2000, "    id: 7\n")
                + association(net, "imap-in", "esp transport", B, A, 0x2001, "    id: 7\n") + """
                policies:
                  own: {order: 1, local: %1$s, remote: %1$s, protocol: tcp, localPort: 110, action: bypass}
                  pop3: {local: %1$s, remote: 0.0.0.0/0, protocol: tcp, localPort: 110, action: [ah/transport//require]}
                  pop3s: {local: %1$s, remote: 0.0.0.0/0, protocol: tcp, localPort: 995, action: [ah/transport//require]}
                  imap: {local: %1$s, remote: 0.0.0.0/0, protocol: tcp, localPort: 143, action: ["esp/transport//unique:7"]}
                  smtp: {local: %1$s, remote: 0.0.0.0/0, protocol: tcp, localPort: 25, action: [ipcomp/transport//use]}
                  rest: {order: 2000, local: %1$s, remote: 0.0.0.0/0, action: bypass}
                """.formatted(A));
        if (plane == Plane.USERSPACE) {
            a.ip("route add %s dev vanth0 table %d src %s".formatted(B, TABLE, A));
            a.ip("rule add not fwmark %d table %d".formatted(HostNumbers.MARK, TABLE));
        }
        protectService(b, "ah transport", POP3, 0x1000);
        protectService(b, "esp transport", IMAP, 0x2000);
        assertTrue(reaches(b, A, POP3), vanth::log);
        assertTrue(reaches(b, A, IMAP), vanth::log);
        assertTrue(reaches(b, A, SMTP), "without compression, for which there is no SA");
        assertTrue(reaches(b, A, SSH), "no policy but bypass");
        assertTrue(reaches(a, A, POP3), "this host itself");
        for (String service : new String[]{"pop3", "imap"}) {
            assertEquals(1, vanth.packets(service + "-in"), service);
            assertEquals(1, vanth.packets(service + "-out"), service);
        }
        vanth.cli("policy", "delete", "pop3s");
        assertTrue(reaches(b, A, POP3), "its SAs go on");
        assertEquals(2, vanth.packets("pop3-out"), "from where they were, though a policy that shared them is gone");
        b.ip("xfrm state flush");
        b.ip("xfrm policy flush");
        assertFalse(reaches(b, A, POP3));
        assertFalse(reaches(b, A, IMAP));
        assertTrue(reaches(b, A, SMTP));
        System.out.printf("[lab] D-19 manual keys, %s and kernel: services passed%n", plane);
    }

    /// Features 8: the same protocol twice, each between ends of its own.
    @ParameterizedTest
    @EnumSource
    void aTunnelGoesThroughATunnel(Plane plane, Lab lab) {
        var net = lab.siteToSite();
        Namespace a = net.a().gateway();
        Namespace b = net.b().gateway();
        a.ip("address add %s/32 dev lo".formatted(C));
        b.ip("address add %s/32 dev lo".formatted(D));
        a.ip("route add %s via %s".formatted(D, B));
        b.ip("route add %s via %s".formatted(C, A));
        b.ip("route add 10.1.0.0/24 via %s src 10.2.0.1".formatted(A));
        ManualVanth.key(net, "auth", ManualKernelLab.AUTH);
        ManualVanth vanth = ManualVanth.start(net, plane.settings(), "associations:\n"
                + association(net, "in-out", "esp tunnel", C, D, 0x1000, "")
                + association(net, "in-in", "esp tunnel", D, C, 0x1001, "")
                + association(net, "out-out", "esp tunnel", A, B, 0x2000, "")
                + association(net, "out-in", "esp tunnel", B, A, 0x2001, "") + """
                policies:
                  all:
                    local: 10.1.0.0/24
                    remote: 10.2.0.0/24
                    action: [esp/tunnel/%s-%s/require, esp/tunnel/%s-%s/require]
                """.formatted(C, D, A, B));
        if (plane == Plane.USERSPACE) {
            a.ip("route add 10.2.0.0/24 dev vanth0 table %d src 10.1.0.1".formatted(TABLE));
            a.ip("rule add not fwmark %d table %d".formatted(HostNumbers.MARK, TABLE));
        } else {
            a.ip("route add 10.2.0.0/24 via %s src 10.1.0.1".formatted(B));
        }
        String[] esp = {"esp", "tunnel"};
        b.ip("xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir in"
                + ManualKernelLab.state(b, esp, C, D, 0x1000, false)
                + ManualKernelLab.state(b, esp, A, B, 0x2000, false));
        // A kernel with XFRM interfaces wants one for what is between the tunnels; Vanth makes its own.
        b.ip("xfrm policy add src %s dst %s proto esp dir in tmpl src %s dst %s proto esp mode tunnel".formatted(C, D,
                A, B));
        b.ip("xfrm policy add src 10.2.0.0/24 dst 10.1.0.0/24 dir out"
                + ManualKernelLab.state(b, esp, D, C, 0x1001, false)
                + ManualKernelLab.state(b, esp, B, A, 0x2001, false));
        Command.Result ping = a.command("ping", "-c", "3", "-i", "0.2", "-W", "10", "-I", "10.1.0.1", "10.2.0.1").run();
        assertEquals(0, ping.exit(), () -> ping.all() + b.ip("-s xfrm state")
                + b.command("cat", "/proc/net/xfrm_stat").run().all() + vanth.log());
        for (String name : new String[]{"in-out", "in-in", "out-out", "out-in"}) {
            assertEquals(3, vanth.packets(name), name);
        }
        System.out.printf("[lab] D-19 manual keys, %s and kernel: tunnel in tunnel passed%n", plane);
    }

    private static String association(Topology net, String name, String sa, String from, String to, int spi,
            String more) {
        return ManualKernelLab.association(net, name, sa, from, to, spi) + more;
    }

    /// The client of a service: SAs both ways, and policies that want them.
    private static void protectService(Namespace b, String sa, int port, int spi) {
        String[] words = sa.split(" ", 2);
        b.ip("xfrm policy add src %s dst %s proto tcp sport %d dir in".formatted(A, B, port)
                + ManualKernelLab.state(b, words, A, B, spi, false));
        b.ip("xfrm policy add src %s dst %s proto tcp dport %d dir out".formatted(B, A, port)
                + ManualKernelLab.state(b, words, B, A, spi + 1, false));
    }

    /// Whether a TCP connection to a port with no listener is refused: then packets pass both ways.
    private static boolean reaches(Namespace from, String target, int port) {
        return from.command("timeout", "3", "bash", "-c", "exec 3<>/dev/tcp/%s/%d".formatted(target, port)).run()
                .all().contains("refused");
    }
}
