package io.vanth.lab.kernel;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-10: outer headers of the userspace engine bear the DSCP, the ECN and the DF bit that those of the kernel bear, and
/// congestion on the way is told to the inner packet as the kernel tells it (RFC 6040).
class HeaderKernelLab {
    private static final int CONGESTION = 3;
    private static final Combination TUNNEL = new Combination(Protection.ESP, Mode.TUNNEL, Family.IPV4, Family.IPV4,
            false, false);

    /// Default, expedited forwarding, and both that say that congestion may be marked.
    private static final List<Integer> TYPES_OF_SERVICE = List.of(0, 0xb8, 0xb9, 0xba, 0x02);

    @Test
    void outerHeadersAreThoseOfTheKernel() throws Exception {
        try (Wire wire = Wire.create();
                Host engine = new EngineHost(wire.left());
                Host kernel = new KernelHost(wire.right())) {
            protect(engine, kernel);
            for (int service : TYPES_OF_SERVICE) {
                for (boolean whole : List.of(false, true)) {
                    String text = "type of service 0x%02x, DF %b".formatted(service, whole);
                    assertEquals(outer(wire.right(), wire.left(), service, whole),
                            outer(wire.left(), wire.right(), service, whole), text);
                }
            }
            // RFC 6040 section 4.1 copies the mark of congestion; the kernel does as RFC 3168 section 9.1.1 has it.
            assertEquals("tos 0x3 flags none", outer(wire.left(), wire.right(), CONGESTION, false));
        }
    }

    /// What stands in the header of the ESP packet around an echo request, seen where it arrives.
    private static String outer(NetworkNamespace from, NetworkNamespace to, int service, boolean whole)
            throws Exception {
        String source = from.command("ip", "-4", "-o", "addr", "show", "dev", "wire").replaceAll("(?s).*inet ([^/]*).*",
                "$1");
        List<String> seen = capture(to, "ip proto 50 and src host " + source, () -> ping(from, service, whole));
        return seen.getFirst().replaceAll(".*tos (0x\\w+),.*flags \\[(\\w*)\\].*", "tos $1 flags $2");
    }

    /// A router on the way marks congestion on a packet that can bear the mark, and on one that cannot.
    @Test
    void congestionOnTheWayIsToldToTheInnerPacketAsTheKernelTellsIt() throws Exception {
        try (Wire wire = Wire.create();
                Host engine = new EngineHost(wire.left());
                Host kernel = new KernelHost(wire.right())) {
            protect(engine, kernel);
            congest(wire.left());
            congest(wire.right());
            assertEquals(CONGESTION, inner(wire.right(), wire.left(), "vanth0", 2));
            assertEquals(CONGESTION, inner(wire.left(), wire.right(), "wire", 2));
            assertEquals(CONGESTION, inner(wire.right(), wire.left(), "vanth0", 1));
            assertEquals(CONGESTION, inner(wire.left(), wire.right(), "wire", 1));
        }
    }

    private static void protect(Host engine, Host kernel) throws Exception {
        Flow there = Flow.leftToRight(TUNNEL, Transforms.USUAL, Flow.AH);
        Flow back = Flow.rightToLeft(TUNNEL, Transforms.USUAL, Flow.AH);
        kernel.protect(back, there);
        engine.protect(there, back);
    }

    /// Every ESP packet that leaves is marked.
    private static void congest(NetworkNamespace namespace) throws Exception {
        namespace.command("tc", "qdisc", "add", "dev", "wire", "clsact");
        namespace.command("tc", "filter", "add", "dev", "wire", "egress", "protocol", "ip", "u32", "match", "ip",
                "protocol", "50", "0xff", "action", "pedit", "ex", "munge", "ip", "tos", "set", "3", "retain", "3",
                "pipe", "action", "csum", "ip");
    }

    private static int inner(NetworkNamespace from, NetworkNamespace to, String device, int service) throws Exception {
        List<String> seen = capture(to, device, "icmp[icmptype] == icmp-echo", () -> ping(from, service, false));
        return Integer.decode(seen.getFirst().replaceAll(".*tos (0x\\w+),.*", "$1")) & CONGESTION;
    }

    private static void ping(NetworkNamespace from, int service, boolean whole) throws Exception {
        boolean left = from.command("ip", "-o", "addr", "show", "dev", "lo").contains(Family.IPV4.left().inner());
        List<String> words = new ArrayList<>(List.of("ping", "-c", "1", "-W", "10", "-Q", Integer.toString(service),
                "-M", whole ? "do" : "dont", "-I",
                left ? Family.IPV4.left().inner() : Family.IPV4.right().inner(),
                left ? Family.IPV4.right().inner() : Family.IPV4.left().inner()));
        Result result = from.attempt(words.toArray(String[]::new));
        assertEquals(0, result.status(), result.output());
    }

    private static List<String> capture(NetworkNamespace where, String filter, NetworkNamespace.Body cause)
            throws Exception {
        return capture(where, "wire", filter, cause);
    }

    /// The packets that matched while `cause` ran, one line each.
    private static List<String> capture(NetworkNamespace where, String device, String filter,
            NetworkNamespace.Body cause) throws Exception {
        Process tcpdump = where.call(() -> new ProcessBuilder("tcpdump", "-i", device, "-n", "-v", "-l", "-c", "1",
                "--immediate-mode", "-Q", "in", filter).start());
        try (var errors = tcpdump.errorReader(); var output = tcpdump.inputReader()) {
            for (String line = errors.readLine(); !line.contains("listening on"); line = errors.readLine()) {
                assertTrue(tcpdump.isAlive(), line);
            }
            cause.run();
            String first = output.readLine();
            return List.of(first);
        } finally {
            tcpdump.destroy();
        }
    }
}
