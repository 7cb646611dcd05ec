package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.spi.DataPlaneContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.vanth.dataplane.netlink.xfrm.KernelSas.GROUP;
import static io.vanth.dataplane.netlink.xfrm.KernelSas.HERE;
import static io.vanth.dataplane.netlink.xfrm.KernelSas.THERE;
import static io.vanth.dataplane.netlink.xfrm.KernelSas.TRAFFIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The tables of a kernel with IPsec, as `ip xfrm` shows them.
final class XfrmTablesKernelLab {
    private static final Transform CBC = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128);
    private static final Transform AH = new AhTransform(Integrity.HMAC_SHA2_256_128);
    private static final int PAIRS = 600;
    private static final String FOREIGN_KEYS = " enc cbc(aes) 0x00112233445566778899aabbccddeeff auth-trunc hmac(sha1) "
            + "0x00112233445566778899aabbccddeeff00112233 96";

    private NetworkNamespace namespace;

    @BeforeEach
    void makeNamespace() throws Exception {
        namespace = NetworkNamespace.create();
        ip("addr add 10.1.0.1/32 dev lo");
        ip("link add wan type veth peer name other");
        ip("addr add 192.0.2.1/24 dev wan");
        ip("link set other up");
        ip("link set wan up");
        ip("route add default dev wan");
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    private String ip(String words) throws Exception {
        return namespace.command(("ip " + words).split(" "));
    }

    private long states() throws Exception {
        return ip("xfrm state").lines().filter(line -> line.startsWith("src ")).count();
    }

    private DataPlane plane() throws Exception {
        return namespace.call(() -> new XfrmDataPlaneProvider().open(new DataPlaneContext("", 0, false, false, _ -> {},
                InstantSource.system(), new SecureRandom())));
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static SecurityAssociation sa(Transform transform, Direction direction, int spi) {
        return KernelSas.sa(transform, direction, spi, Lifetime.UNLIMITED, false);
    }

    private static Policy policy(String name, String remote) {
        return new Policy(name, 0, new TrafficPair(TRAFFIC.local(),
                TrafficSelector.parse(remote)), Policy.Protect.espTunnel(GROUP, true));
    }

    /// D-16: a process that is killed gives its sockets back and changes nothing.
    @Test
    void theNextRunRemovesWhatOneThatWasKilledLeft() throws Exception {
        ip("xfrm state add src 198.51.100.1 dst 198.51.100.2 proto esp spi 0x77777777 reqid 99 mode tunnel"
                + FOREIGN_KEYS);
        ip("xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x88888888 reqid 16777219 mode tunnel"
                + FOREIGN_KEYS);
        ip("xfrm policy add src 198.51.100.0/24 dst 203.0.113.0/24 dir out priority 5 tmpl src 198.51.100.1 dst "
                + "198.51.100.2 proto esp reqid 99 mode tunnel");
        String foreignStates = ip("xfrm state");
        String foreignPolicies = ip("xfrm policy");
        KernelTables killed = namespace.call(() -> KernelTables.open(true, _ -> {}));
        for (int pair = 0; pair < PAIRS; pair++) {
            for (Direction direction : Direction.values()) {
                try (PreparedSa prepared = PreparedSa.of(sa(CBC, direction, 0x1000 + pair), Instant.EPOCH, 0)) {
                    killed.associations().add(prepared);
                }
            }
        }
        killed.associations().reserve(SecurityProtocol.ESP, HERE);
        killed.add(policy("old", "10.2.0.0/16"));
        killed.settle();
        killed.xfrm().close();
        killed.route().close();
        assertEquals(2 * PAIRS + 3, states());
        try (DataPlane plane = plane()) {
            assertEquals(foreignStates, ip("xfrm state"));
            assertTrue(ip("xfrm policy").contains("10.2.0.0/16"), "its networks stay protected");
            done(plane.settle());
            assertEquals(foreignPolicies, ip("xfrm policy"));
        }
        assertEquals(foreignStates, ip("xfrm state"));
        assertEquals(foreignPolicies, ip("xfrm policy"));
    }

    /// D-2, S-26: the second SA of a bundle is refused, and the first is gone; an inbound SPI is reserved as before.
    @Test
    void aBundleThatIsRefusedHalfWayLeavesNothing() throws Exception {
        try (DataPlane plane = plane()) {
            for (Direction direction : Direction.values()) {
                InetAddress to = direction == Direction.OUTBOUND ? THERE : HERE;
                ip("xfrm state add src 192.0.2.9 dst %s proto ah spi 0x2222 reqid 9 mode tunnel auth-trunc hmac(sha1) 0x%s 96"
                        .formatted(to.getHostAddress(), "00".repeat(20)));
                Spi spi = done(plane.allocateSpi(SecurityProtocol.ESP, to));
                String before = ip("xfrm state");
                var refused = assertThrows(ExecutionException.class,
                        () -> done(plane.install(List.of(sa(CBC, direction, spi.value()), sa(AH, direction, 0x2222)))));
                String message = assertInstanceOf(DataPlaneException.class, refused.getCause()).getMessage();
                assertTrue(message.contains("EEXIST"), message);
                assertEquals(List.of(), done(plane.associations()));
                if (direction == Direction.INBOUND) {
                    assertEquals(before, ip("xfrm state"));
                    done(plane.install(List.of(sa(CBC, direction, spi.value()))));
                    done(plane.remove(sa(CBC, direction, spi.value()).id()));
                } else {
                    assertFalse(ip("xfrm state").contains("proto esp spi"), ip("xfrm state"));
                }
            }
        }
    }

    /// RFC 4303 section 2.1: SPIs from 1 to 255 are reserved; RFC 3173 section 3.3: CPIs from 0 to 255, and from 61440.
    @Test
    void reservedNumbersAreNotAllocated() throws Exception {
        KernelTables tables = namespace.call(() -> KernelTables.open(false, _ -> {}));
        for (int count = 0; count < 3000; count++) {
            int number = tables.associations().reserve(SecurityProtocol.IPCOMP, HERE).value();
            assertTrue(number >= 256 && number < 61_440, () -> "CPI " + number);
        }
        for (SecurityProtocol protocol : List.of(SecurityProtocol.ESP, SecurityProtocol.AH)) {
            int number = tables.associations().reserve(protocol, HERE).value();
            assertTrue(Integer.compareUnsigned(number, 256) >= 0, () -> "SPI " + number);
        }
        tables.close(true);
        assertEquals(0, states());
    }

    /// D-17. A module is what the kernel loads when an algorithm is asked for: here it cannot.
    @Test
    void anAlgorithmThatTheKernelLacksIsNamed() throws Exception {
        Path loader = Path.of("/proc/sys/kernel/modprobe");
        String before = Files.readString(loader);
        namespace.attempt("modprobe", "-r", "cast5_generic");
        Files.writeString(loader, "/bin/false");
        try (DataPlane plane = plane()) {
            Transform cast = EspTransform.of(Cipher.CAST_CBC, 128, Integrity.HMAC_SHA1_96);
            var refused = assertThrows(ExecutionException.class,
                    () -> done(plane.install(List.of(sa(cast, Direction.OUTBOUND, 0x3333)))));
            assertTrue(refused.getCause().getMessage().contains("cbc(cast5)"), refused.getCause().getMessage());
            assertTrue(refused.getCause().getMessage().contains("lacks"), refused.getCause().getMessage());
        } finally {
            Files.writeString(loader, before.strip());
        }
    }

    /// Ports alone change in place; to another address an SA goes with its numbers set ahead.
    @Test
    void anSaThatMovesUsesNoNumberTwice() throws Exception {
        try (DataPlane plane = plane()) {
            SecurityAssociation out = KernelSas.sa(CBC, Direction.OUTBOUND, 0x4001, Lifetime.UNLIMITED, true);
            SecurityAssociation in = KernelSas.sa(CBC, Direction.INBOUND, 0x4002, Lifetime.UNLIMITED, true);
            done(plane.install(List.of(in)));
            done(plane.install(List.of(out)));
            for (SecurityAssociation sa : List.of(in, out)) {
                done(plane.movePeer(sa.id(), new InetSocketAddress(THERE, 40_000)));
            }
            assertEquals(2, states());
            assertState("spi 0x00004001", "dport 40000", "oseq 0x0 ", "seq 0x0,");
            assertState("spi 0x00004002", "sport 40000", "oseq 0x0 ", "seq 0x0,");
            var elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.77"), 40_001);
            for (SecurityAssociation sa : List.of(in, out)) {
                done(plane.movePeer(sa.id(), elsewhere));
            }
            assertEquals(2, states());
            assertState("spi 0x00004001", "src 192.0.2.1 dst 192.0.2.77", "dport 40001", "oseq 0x10000 ");
            assertState("spi 0x00004002", "src 192.0.2.77 dst 192.0.2.1", "sport 40001", "seq 0x40,",
                    "ffffffff ffffffff");
            assertTrue(done(plane.remove(out.id())));
            assertTrue(done(plane.remove(in.id())));
            assertEquals(0, states());
        }
    }

    private void assertState(String which, String... texts) throws Exception {
        String all = ip("xfrm state").replaceAll("\\s+", " ");
        String state = Arrays.stream(all.split("(?=src \\S+ dst \\S+ proto)")).filter(each -> each.contains(which))
                .findFirst().orElseThrow(() -> new AssertionError(which + " is not in " + all));
        for (String text : texts) {
            assertTrue(state.contains(text), () -> text + " is not in " + state);
        }
    }
}
