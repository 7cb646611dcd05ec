package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.tun.InMemoryTun;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Route-based tunnels: each has a device of its own, and what one takes no other sees, though all are for everything.
@Timeout(60)
final class InnerLinksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TrafficPair ALL = new TrafficPair(TrafficSelector.parse("0.0.0.0/0"),
            TrafficSelector.parse("0.0.0.0/0"));
    private static final SaGroup ONE = new SaGroup(3);
    private static final SaGroup TWO = new SaGroup(4);
    private static final SaGroup HOST = new SaGroup(5);

    private InMemoryPlanes planes;
    private int nextSpi = 0x1000;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
        for (Side side : List.of(planes.left(), planes.right())) {
            add(side, policy("one", ONE, Optional.of(new TunnelInterface("one0", 1400))));
            add(side, policy("two", TWO, Optional.of(new TunnelInterface("two0", 1300))));
            add(side, policy("host", HOST, Optional.empty()));
        }
    }

    @AfterEach
    void close() {
        planes.close();
    }

    private static Policy policy(String name, SaGroup group, Optional<TunnelInterface> via) {
        return new Policy(name, 1, ALL, Policy.Protect.espTunnel(group, true), via);
    }

    private static void add(Side side, Policy policy) throws Exception {
        done(side.plane().addPolicy(policy));
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void eachDeviceHasItsOwnTunnel() throws Exception {
        for (SaGroup group : List.of(ONE, TWO, HOST)) {
            connect(group);
        }
        passes(planes.leftTun("one0"), planes.rightTun("one0"), "through one");
        passes(planes.leftTun("two0"), planes.rightTun("two0"), "through two");
        passes(planes.leftTun(), planes.rightTun(), "through the host's");
        assertTrue(planes.rightTun("two0").take(Duration.ZERO).isEmpty());
        assertTrue(planes.rightTun().take(Duration.ZERO).isEmpty());
    }

    /// What waits for one tunnel is not sent through another.
    @Test
    void aPacketWaitsForItsOwnTunnel() throws Exception {
        byte[] held = packet("waits");
        planes.leftTun("two0").inject(held);
        planes.left().events().await(DataPlaneEvent.Acquire.class, each -> each.group().equals(TWO));
        connect(ONE);
        passes(planes.leftTun("one0"), planes.rightTun("one0"), "does not wait");
        connect(TWO);
        assertArrayEquals(held, planes.rightTun("two0").take(PATIENCE).orElseThrow());
    }

    @Test
    void aDeviceGoesWithItsLastPolicy() throws Exception {
        connect(ONE);
        connect(TWO);
        InMemoryTun gone = planes.rightTun("two0");
        passes(planes.leftTun("two0"), gone, "as long as it is there");
        assertTrue(done(planes.right().plane().removePolicy("two")));
        assertFalse(gone.inject(packet("nobody reads")), "closed");
        planes.leftTun("two0").inject(packet("to a device that is gone"));
        passes(planes.leftTun("one0"), planes.rightTun("one0"), "the other goes on");
        add(planes.right(), policy("two", TWO, Optional.of(new TunnelInterface("two0", 1300))));
        passes(planes.leftTun("two0"), planes.rightTun("two0"), "there again");
    }

    /// Two threads would use a sequence number, and with it a nonce, twice.
    @Test
    void twoDevicesDoNotShareSas() throws Exception {
        ExecutionException refused = assertThrows(ExecutionException.class,
                () -> add(planes.left(), policy("shared", ONE, Optional.of(new TunnelInterface("two0", 1300)))));
        assertTrue(refused.getCause() instanceof DataPlaneException
                && refused.getCause().getMessage().contains("another interface"), refused.toString());
        assertThrows(ExecutionException.class, () -> add(planes.left(), policy("shared", ONE, Optional.empty())));
        assertThrows(ExecutionException.class, () -> add(planes.left(), policy("shared", HOST,
                Optional.of(new TunnelInterface("one0", 1400)))));
        connect(ONE);
        assertTrue(done(planes.left().plane().removePolicy("one")));
        add(planes.left(), policy("moved", ONE, Optional.of(new TunnelInterface("two0", 1300))));
        assertTrue(done(planes.left().plane().removePolicy("two")));
        passes(planes.leftTun("two0"), planes.rightTun("one0"), "moved with its SAs");
    }

    /// Rather than to take them for what another tunnel brought.
    @Test
    void whatComesForADeviceThatIsGoneComesOutOfNoOther() throws Exception {
        connect(ONE);
        connect(TWO);
        assertTrue(done(planes.right().plane().removePolicy("two")));
        assertTrue(planes.leftTun("two0").inject(packet("for two")));
        while (planes.right().plane().counters().get(DropReason.INBOUND_INTERFACE_GONE.counterName()) == 0) {
            Thread.onSpinWait();
        }
        passes(planes.leftTun("one0"), planes.rightTun("one0"), "the other goes on");
        assertTrue(planes.rightTun().take(Duration.ZERO).isEmpty());
    }

    /// As from the host's device.
    @Test
    void aDeviceLetsOutWhatAPolicyOfItLetsPass() throws Exception {
        var seen = new LinkedBlockingQueue<byte[]>();
        planes.network().tap(datagram -> seen.add(datagram.payload()));
        add(planes.left(), new Policy("pass", 0,
                new TrafficPair(TrafficSelector.parse("10.1.0.1"), TrafficSelector.parse("10.2.0.1")),
                new Policy.Bypass(), Optional.of(new TunnelInterface("one0", 1400))));
        byte[] packet = packet("in clear");
        assertTrue(planes.leftTun("one0").inject(packet));
        assertArrayEquals(packet, seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void policiesOfOneDeviceAgreeOnIt() {
        ExecutionException refused = assertThrows(ExecutionException.class, () -> add(planes.left(),
                policy("three", new SaGroup(6), Optional.of(new TunnelInterface("one0", 1399)))));
        assertTrue(refused.getCause() instanceof DataPlaneException
                && refused.getCause().getMessage().contains("interface one0 has MTU 1400"), refused.toString());
    }

    @Test
    void allPoliciesAreListed() throws Exception {
        assertEquals(List.of("host", "one", "two"),
                done(planes.left().plane().policies()).stream().map(Policy::name).sorted().toList());
    }

    /// It would be wrapped without end; what only goes to the same address is not taken for it.
    @Test
    void whatTheEngineHasSentItselfIsNotSentAgain() throws Exception {
        connect(ONE);
        var seen = new LinkedBlockingQueue<byte[]>();
        byte[] plain = packet("goes out");
        planes.network().tap(datagram -> seen.add(datagram.payload()));
        assertTrue(planes.leftTun("one0").inject(plain));
        byte[] sent = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertArrayEquals(plain, planes.rightTun("one0").take(PATIENCE).orElseThrow());
        String ours = planes.left().outer().getAddress().getHostAddress();
        String peer = planes.right().outer().getAddress().getHostAddress();
        int port = planes.left().outer().getPort();
        for (int times = 0; times < 3; times++) {
            assertTrue(
                    planes.leftTun("one0").inject(InnerPackets.udp(ours, port, peer, planes.right().outer().getPort(),
                            sent)));
        }
        byte[] other = InnerPackets.udp(ours, port + 1, peer, planes.right().outer().getPort(), sent);
        assertTrue(planes.leftTun("one0").inject(other));
        assertArrayEquals(other, planes.rightTun("one0").take(PATIENCE).orElseThrow(), "the other program's");
        assertEquals(3, planes.left().plane().counters().get(DropReason.OUTBOUND_OWN_PACKET.counterName()));
        assertEquals(1, seen.size(), "one datagram more");
        var event = planes.left().events().await(DataPlaneEvent.RoutedBack.class, _ -> true);
        assertEquals(new DataPlaneEvent.RoutedBack(ONE, "one0", planes.right().outer().getAddress()), event);
    }

    private static void passes(InMemoryTun from, InMemoryTun to, String text) throws InterruptedException {
        byte[] packet = packet(text);
        assertTrue(from.inject(packet));
        byte[] arrived = to.take(PATIENCE).orElseThrow(() -> new AssertionError("lost: " + text));
        assertArrayEquals(packet, arrived);
    }

    private static byte[] packet(String text) {
        return InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void connect(SaGroup group) throws Exception {
        EspTransform transform = EspTransform.aead(Cipher.AES_GCM_16, 256);
        SaId id = new SaId(SecurityProtocol.ESP, planes.right().outer().getAddress(), new Spi(nextSpi++));
        try (Secret key = Secret.copyOf(new byte[transform.keyBytes()]); Secret none = Secret.copyOf(new byte[0])) {
            done(planes.right().plane().install(List.of(sa(id, Direction.INBOUND, transform, key, none, group))));
            done(planes.left().plane().install(List.of(sa(id, Direction.OUTBOUND, transform, key, none, group))));
        }
    }

    private SecurityAssociation sa(SaId id, Direction direction, EspTransform transform, Secret key, Secret none,
            SaGroup group) {
        return new SecurityAssociation(id, direction, planes.left().outer().getAddress(), Mode.TUNNEL, transform, key,
                none, List.of(ALL), Optional.of(new UdpEncapsulation(4500, 4500)), ReplayProtection.window(64),
                OuterHeader.DEFAULT, Lifetime.UNLIMITED, Lifetime.UNLIMITED, group);
    }
}
