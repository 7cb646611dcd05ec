package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.netlink.testkit.XfrmInterfaceModule;
import io.vanth.dataplane.spi.DataPlaneContext;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// XFRM interfaces come and go with the policies that name them, and only those of this data plane do.
final class XfrmInterfacesKernelLab {
    private static final TrafficSelector ALL = TrafficSelector.parse("0.0.0.0/0");
    private static final String OF_A = "if_id 0x56000001";
    private static final String OF_B = "if_id 0x56000002";

    private NetworkNamespace namespace;

    @BeforeAll
    static void needModule() {
        XfrmInterfaceModule.require();
    }

    @BeforeEach
    void makeNamespace() throws Exception {
        namespace = NetworkNamespace.create();
        ip("link add foreign type xfrm if_id 9");
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    private String ip(String words) throws Exception {
        return namespace.command(("ip " + words).split(" "));
    }

    /// Their names.
    private List<String> interfaces() throws Exception {
        return ip("-br link show type xfrm").lines().map(line -> line.split("[@ ]", 2)[0]).sorted().toList();
    }

    private DataPlane plane(boolean open) throws Exception {
        return namespace.call(() -> new XfrmDataPlaneProvider().open(new DataPlaneContext("", 0, false, open, _ -> {},
                InstantSource.system(), new SecureRandom())));
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static Policy everything(String name, int group, int mtu) {
        return new Policy(name, 0, new TrafficPair(ALL, ALL), Policy.Protect.espTunnel(new SaGroup(group), true),
                Optional.of(new TunnelInterface("vanth-" + name, mtu)));
    }

    private static String refusal(CompletionStage<Void> stage) {
        var refused = assertThrows(ExecutionException.class, () -> done(stage));
        return assertInstanceOf(DataPlaneException.class, refused.getCause()).getMessage();
    }

    private long entries(String id) throws Exception {
        return ip("xfrm policy").lines().filter(line -> line.strip().equals(id)).count();
    }

    @Test
    void policiesForTheSameBearTheNumbersOfTheirInterfaces() throws Exception {
        try (DataPlane plane = plane(true)) {
            done(plane.addPolicy(everything("a", 1, 1380)));
            done(plane.addPolicy(everything("b", 2, 1400)));
            done(plane.settle());
            assertEquals(List.of("foreign", "vanth-a", "vanth-b"), interfaces());
            assertTrue(ip("link show vanth-a").contains("UP,LOWER_UP> mtu 1380"), ip("link show vanth-a"));
            assertEquals(3, entries(OF_A), ip("xfrm policy"));
            assertEquals(3, entries(OF_B), ip("xfrm policy"));
            done(plane.removePolicy("a"));
            assertEquals(List.of("foreign", "vanth-b"), interfaces());
            assertEquals(0, entries(OF_A), ip("xfrm policy"));
            assertEquals(3, entries(OF_B), ip("xfrm policy"));
        }
        assertEquals(List.of("foreign"), interfaces());
    }

    @Test
    void theNextRunTakesThemOverAndRemovesWhatNoPolicyNeeds() throws Exception {
        try (DataPlane plane = plane(false)) {
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.addPolicy(everything("b", 2, 1400)));
            done(plane.settle());
        }
        ip("route add 10.2.0.0/24 dev vanth-b");
        try (DataPlane plane = plane(false)) {
            done(plane.addPolicy(everything("b", 1, 1300)));
            assertEquals(List.of("foreign", "vanth-a", "vanth-b"), interfaces());
            done(plane.settle());
            assertEquals(List.of("foreign", "vanth-b"), interfaces());
            assertTrue(ip("-d link show vanth-b").contains(OF_B), ip("-d link show vanth-b"));
            assertTrue(ip("link show vanth-b").contains("mtu 1300"));
            assertEquals(0, entries(OF_A), ip("xfrm policy"));
            assertEquals(3, entries(OF_B), ip("xfrm policy"));
        }
        assertTrue(ip("route").contains("10.2.0.0/24 dev vanth-b"));
    }

    /// What an earlier run left stays with the operator's routes, and what is new goes.
    @Test
    void aRefusedPolicyLeavesWhatWasThere() throws Exception {
        try (DataPlane plane = plane(false)) {
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.settle());
        }
        try (DataPlane plane = plane(true)) {
            Policy beyond = everything("a", 1 << 24, 1400);
            assertTrue(refusal(plane.addPolicy(beyond)).contains("has groups below"));
            assertEquals(List.of("foreign", "vanth-a"), interfaces());
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.settle());
            assertTrue(refusal(plane.addPolicy(everything("b", 1 << 24, 1400))).contains("has groups below"));
            assertTrue(refusal(plane.addPolicy(new Policy("c", 0, new TrafficPair(ALL, ALL),
                    Policy.Protect.espTunnel(new SaGroup(3), true),
                    Optional.of(new TunnelInterface("vanth-a", 1300))))).contains("MTU 1400"));
            assertEquals(List.of("foreign", "vanth-a"), interfaces());
            assertEquals(3, entries(OF_A), ip("xfrm policy"));
        }
    }

    @Test
    void whatAnotherProgramHasMadeIsLeftAlone() throws Exception {
        ip("link add vanth-a type dummy");
        ip("link add vanth-b type xfrm if_id 77");
        ip("link set vanth-b alias one");
        String before = ip("-d link");
        try (DataPlane plane = plane(true)) {
            assertTrue(refusal(plane.addPolicy(everything("a", 1, 1400))).contains("which another program has made"));
            assertTrue(refusal(plane.addPolicy(everything("b", 2, 1400))).contains("described as 'one'"));
            done(plane.settle());
            assertEquals("", ip("xfrm policy"));
        }
        assertEquals(before, ip("-d link"));
    }

    /// With its number, by which policies and SAs know it.
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void oneThatSomebodyRemovesIsMadeAgain() throws Exception {
        try (DataPlane plane = plane(true)) {
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.settle());
            String index = ip("-o link show vanth-a").split(":", 2)[0];
            ip("link del vanth-a");
            while (!interfaces().contains("vanth-a") || !ip("link show vanth-a").contains("UP,LOWER_UP")) {
                done(plane.policies());
            }
            assertNotEquals(index, ip("-o link show vanth-a").split(":", 2)[0]);
            assertTrue(ip("-d link show vanth-a").contains("0x56000001"), ip("-d link show vanth-a"));
            assertFalse(ip("-6 address show dev vanth-a").contains("inet6"), "the kernel sends nothing of its own");
        }
    }

    /// By whatever name, with the operator's routes.
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void oneThatSomebodyHasRenamedIsKept() throws Exception {
        try (DataPlane plane = plane(false)) {
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.settle());
            ip("link set vanth-a down");
            ip("link set vanth-a name wan7");
            ip("link set wan7 up");
            ip("route add 10.2.0.0/24 dev wan7");
        }
        ip("link add vanth-a type dummy");
        try (DataPlane plane = plane(false)) {
            done(plane.addPolicy(everything("a", 1, 1300)));
            done(plane.settle());
            assertEquals(List.of("foreign", "wan7"), interfaces());
            assertTrue(ip("link show wan7").contains("UP,LOWER_UP> mtu 1300"), ip("link show wan7"));
            assertTrue(ip("route").contains("10.2.0.0/24 dev wan7"));
            ip("link del wan7");
            ip("link del vanth-a");
            while (!interfaces().contains("vanth-a")) {
                done(plane.policies());
            }
            assertTrue(ip("-d link show vanth-a").contains(OF_A), ip("-d link show vanth-a"));
            done(plane.removePolicy("a"));
            assertEquals(List.of("foreign"), interfaces());
        }
    }

    /// Its SAs stay here and it goes on there, until the next run needs one here.
    @Test
    void oneThatSomebodyHasTakenElsewhereIsLeftThere() throws Exception {
        try (NetworkNamespace other = NetworkNamespace.create()) {
            try (DataPlane plane = plane(false)) {
                done(plane.addPolicy(everything("a", 1, 1400)));
                done(plane.settle());
                ip("link set vanth-a netns " + other.threadId());
                done(plane.policies());
                assertEquals(List.of("foreign"), interfaces());
            }
            try (DataPlane there = other.call(() -> new XfrmDataPlaneProvider().open(new DataPlaneContext("", 0, false,
                    false, _ -> {}, InstantSource.system(), new SecureRandom())))) {
                done(there.settle());
            }
            try (DataPlane plane = plane(true)) {
                done(plane.addPolicy(everything("a", 1, 1400)));
                done(plane.settle());
                assertEquals(List.of("foreign", "vanth-a"), interfaces());
                assertEquals(3, entries(OF_B), ip("xfrm policy"));
            }
            assertTrue(other.command("ip", "-d", "link", "show", "vanth-a").contains(OF_A), "it is there still");
        }
    }

    /// One that is brought back, or made anew under the same number, is watched as if it had never been away.
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void oneThatWasElsewhereAndIsHereAgainIsMadeAgain() throws Exception {
        try (NetworkNamespace other = NetworkNamespace.create(); DataPlane plane = plane(true)) {
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.settle());
            ip("link set vanth-a netns " + other.threadId());
            other.command("ip", "link", "set", "vanth-a", "netns", Integer.toString(namespace.threadId()));
            assertMadeAgain(plane);
            ip("link set vanth-a netns " + other.threadId());
            done(plane.removePolicy("a"));
            other.command("ip", "link", "del", "vanth-a");
            done(plane.addPolicy(everything("a", 1, 1400)));
            assertMadeAgain(plane);
        }
    }

    private void assertMadeAgain(DataPlane plane) throws Exception {
        String index = ip("-o link show vanth-a").split(":", 2)[0];
        ip("link del vanth-a");
        while (!interfaces().contains("vanth-a") || !ip("link show vanth-a").contains("UP,LOWER_UP")) {
            done(plane.policies());
        }
        assertNotEquals(index, ip("-o link show vanth-a").split(":", 2)[0]);
        assertTrue(ip("-d link show vanth-a").contains(OF_A), ip("-d link show vanth-a"));
    }

    /// A start that fails later, for instance for the name of another connection's interface.
    @Test
    void aRunThatNeverSettledTakesWhatItMadeWithIt() throws Exception {
        try (DataPlane plane = plane(false)) {
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.settle());
        }
        try (DataPlane plane = plane(false)) {
            done(plane.addPolicy(everything("a", 1, 1400)));
            done(plane.addPolicy(everything("b", 2, 1400)));
        }
        assertEquals(List.of("foreign", "vanth-a"), interfaces());
    }
}
