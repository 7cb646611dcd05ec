package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.NatTraversalPort;
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
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.testkit.EventLog;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.testkit.ManualClock;
import io.vanth.dataplane.userspace.engine.FragileDevices.FragileTun;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Somebody removes the interface of a route-based tunnel, or something refuses it: the other tunnels do not notice.
@Timeout(60)
final class InnerLinkLossTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetSocketAddress LEFT = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4500);
    private static final InetSocketAddress RIGHT = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 4500);
    private static final TrafficPair ALL = new TrafficPair(TrafficSelector.parse("0.0.0.0/0"),
            TrafficSelector.parse("0.0.0.0/0"));
    private static final SaGroup ONE = new SaGroup(3);
    private static final SaGroup TWO = new SaGroup(4);

    private final InMemoryNetwork network = new InMemoryNetwork(new Random(1));
    private final FragileDevices leftDevices = new FragileDevices(network, LEFT.getAddress());
    private final FragileDevices rightDevices = new FragileDevices(network, RIGHT.getAddress());
    private final EventLog events = new EventLog();
    private DataPlane left;
    private DataPlane right;
    private NatTraversalPort leftPort;
    private FragileTun leftOne;
    private FragileTun leftTwo;
    private FragileTun rightOne;
    private FragileTun rightTwo;
    private int nextSpi = 0x1000;

    @BeforeEach
    void open() throws Exception {
        left = open(leftDevices);
        right = open(rightDevices);
        leftPort = done(left.openNatTraversalPort(LEFT));
        done(right.openNatTraversalPort(RIGHT));
        leftOne = device(left, leftDevices, ONE);
        leftTwo = device(left, leftDevices, TWO);
        rightOne = device(right, rightDevices, ONE);
        rightTwo = device(right, rightDevices, TWO);
        connect(ONE);
        connect(TWO);
    }

    @AfterEach
    void close() {
        left.close();
        right.close();
    }

    private DataPlane open(FragileDevices devices) throws Exception {
        return new UserspaceDataPlaneProvider(devices).open(new DataPlaneContext("tun0", 1400, true, false,
                events, new ManualClock(), new SecureRandom()));
    }

    private static FragileTun device(DataPlane plane, FragileDevices devices, SaGroup group) throws Exception {
        done(plane.addPolicy(policy("of " + group, group, "vanth-" + group.value())));
        return next(devices);
    }

    private static FragileTun next(FragileDevices devices) throws InterruptedException {
        return devices.interfaces.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Policy policy(String name, SaGroup group, String device) {
        return new Policy(name, 1, ALL, Policy.Protect.espTunnel(group, true),
                Optional.of(new TunnelInterface(device, 1400)));
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRemovedDeviceIsMadeAgainAndNothingElseEnds(boolean woken) throws Exception {
        rightOne.die(woken);
        if (!woken) {
            leftOne.inside().inject(packet("to a device that is gone"));
        }
        FragileTun again = next(rightDevices);
        passes(leftTwo, rightTwo, "the other goes on");
        done(right.policies()); // after what made the device
        passes(leftOne, again, "with the same SAs");
        assertEquals("closed", rightOne.end);
        leftOne.die(true);
        passes(next(leftDevices), again, "from a new device");
        assertEquals(List.of(), events.all(DataPlaneEvent.Failed.class));
    }

    @Test
    void itIsTriedAgainUntilTheDeviceCanBeMade() throws Exception {
        rightDevices.refusing = true;
        rightOne.die(true);
        passes(leftTwo, rightTwo, "the other goes on");
        rightDevices.refusing = false;
        FragileTun again = next(rightDevices);
        done(right.policies());
        passes(leftOne, again, "there again");
    }

    @Test
    void aDeviceGoesThoughItWasLost() throws Exception {
        rightDevices.refusing = true;
        rightOne.die(true);
        assertTrue(done(right.removePolicy("of " + ONE)));
        assertEquals(1, done(right.policies()).size());
        passes(leftTwo, rightTwo, "the other goes on");
    }

    /// The operator's routes are on a device that an earlier run left.
    @Test
    void aRefusedPolicyLeavesTheDeviceAsItWas() throws Exception {
        assertThrows(ExecutionException.class,
                () -> done(left.addPolicy(policy("refused", new SaGroup(9), "vanth-9"))));
        assertEquals("as it was found", next(leftDevices).end);
        assertThrows(ExecutionException.class, () -> done(left.addPolicy(policy("refused", ONE, "vanth-3"))));
        assertEquals("", leftOne.end, "other policies use it");
        passes(leftOne, rightOne, "still");
        assertTrue(done(left.removePolicy("of " + ONE)));
        assertEquals("removed", leftOne.end);
    }

    /// As without memory for one more thread.
    @Test
    void aDeviceThatNobodyServesDoesNotStay() throws Exception {
        var devices = new FragileDevices(network);
        var sums = new CounterSums();
        var links = new InnerLinks(devices, "test", new Tables(new SecureRandom()), sums, (_, _, _, _) -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        DataPlaneException refused = assertThrows(DataPlaneException.class,
                () -> links.open(new TunnelInterface("vanth-7", 1400)));
        assertTrue(refused.getMessage().contains("vanth-7"), refused.getMessage());
        assertEquals("as it was found", next(devices).end);
        assertEquals(0, sums.count());
    }

    /// Though agents of several devices have sent through it, and one may have lost its device.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSocketClosesWhenAllHaveLetGo(boolean lost) throws Exception {
        passes(leftOne, rightOne, "through one");
        passes(leftTwo, rightTwo, "through the other");
        leftDevices.refusing = lost;
        leftOne.dead = lost;
        leftPort.close();
        for (boolean free = false; !free;) {
            free = isFree(LEFT);
        }
        assertEquals(2, done(left.policies()).size(), "all else is there");
    }

    private boolean isFree(InetSocketAddress address) {
        try {
            network.open(address).close();
            return true;
        } catch (IOException _) { // in use still
            return false;
        }
    }

    /// What a device carried still counts when it is gone.
    @Test
    void theNumbersOfAGoneDeviceStay() throws Exception {
        passes(leftOne, rightOne, "counts");
        assertTrue(done(left.removePolicy("of " + ONE)));
        assertEquals(1, left.counters().get("outbound_packets"));
    }

    private static void passes(FragileTun from, FragileTun to, String text) throws InterruptedException {
        byte[] packet = packet(text);
        assertTrue(from.inside().inject(packet));
        assertArrayEquals(packet,
                to.inside().take(PATIENCE).orElseThrow(() -> new AssertionError("lost: " + text)));
    }

    private static byte[] packet(String text) {
        return InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void connect(SaGroup group) throws Exception {
        EspTransform transform = EspTransform.aead(Cipher.AES_GCM_16, 256);
        SaId id = new SaId(SecurityProtocol.ESP, RIGHT.getAddress(), new Spi(nextSpi++));
        try (Secret key = Secret.copyOf(new byte[transform.keyBytes()]); Secret none = Secret.copyOf(new byte[0])) {
            for (Direction direction : Direction.values()) {
                var association = new SecurityAssociation(id, direction, LEFT.getAddress(), Mode.TUNNEL, transform, key,
                        none, List.of(ALL), Optional.of(new UdpEncapsulation(4500, 4500)), ReplayProtection.window(64),
                        OuterHeader.DEFAULT, Lifetime.UNLIMITED, Lifetime.UNLIMITED, group);
                done((direction == Direction.INBOUND ? right : left).install(List.of(association)));
            }
        }
    }
}
