package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.NatTraversalPort;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.testkit.EventLog;
import io.vanth.dataplane.testkit.ManualClock;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Sockets are opened and closed while the engine runs.
@Timeout(60)
final class PortTest {
    private static final InetSocketAddress HERE = at("192.0.2.1");
    private static final InetSocketAddress THERE = at("192.0.2.9");

    private final InMemoryNetwork network = new InMemoryNetwork(new Random(1));
    private final InMemoryDevices devices = new InMemoryDevices(network);
    private final EventLog events = new EventLog();

    /// A socket of IPv6 takes no IPv4, so an SA of IPv4 on it would neither send nor be found.
    @Test
    void aWildcardStandsForItsOwnFamily() throws Exception {
        try (DataPlane plane = open(devices)) {
            done(plane.openNatTraversalPort(at("::")));
            done(plane.openNatTraversalPort(at("0.0.0.0")));
            network.translate(at("0.0.0.0"), HERE);
            LiveInbound live = LiveInbound.on(network, plane, THERE, HERE);
            live.deliver(live.sealed(LiveInbound.IPV4, LiveInbound.goodPacket("for IPv4")));
            assertTrue(devices.tun().take(java.time.Duration.ofSeconds(30)).isPresent());
        }
    }

    @Test
    void closingAPortEndsWhatUsesItAndFreesItsAddress() throws Exception {
        try (DataPlane plane = open(devices)) {
            NatTraversalPort port = done(plane.openNatTraversalPort(HERE));
            LiveInbound live = LiveInbound.on(network, plane, THERE, HERE);
            port.close();
            port.close();
            assertTrue(done(plane.associations()).isEmpty());
            long before = plane.counters().get("dropped_outbound_ike_overflow");
            port.send(THERE, new byte[]{1});
            assertEquals(before + 1, plane.counters().get("dropped_outbound_ike_overflow"));
            done(plane.openNatTraversalPort(HERE));
            LiveInbound.on(network, plane, THERE, HERE);
            live.deliver(new byte[]{0, 0, 0, 0, 1});
            events.await(DataPlaneEvent.IkeDatagram.class, any -> true);
        }
    }

    /// The socket closes when the outbound agent has let go of it: who opens it again waits for that.
    @Test
    void anAddressCanBeLeftAndTakenAgainAtOnce() throws Exception {
        try (DataPlane plane = open(devices)) {
            for (int round = 0; round < 200; round++) {
                done(plane.openNatTraversalPort(HERE)).close();
            }
        }
    }

    @Test
    void aPortThatWasClosedAfterAFailureIsFreeAfterTheEnd() throws Exception {
        EngineDevices broken = new BrokenDeviceTest.RemovedTunDevices(network);
        DataPlane plane = open(broken);
        events.await(DataPlaneEvent.Failed.class, any -> true);
        done(plane.openNatTraversalPort(HERE)).close();
        plane.close();
        network.open(HERE).close();
    }

    /// As when the system has no thread for the agent.
    @Test
    void aPortWhoseAgentCannotStartIsFreeAgain() throws Exception {
        PortTable ports = new PortTable(devices, new EngineProxy(devices.openTun("tun0", 1400))::forget, transport -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertThrows(OutOfMemoryError.class, () -> ports.open(HERE));
        network.open(HERE).close();
        assertThrows(DataPlaneException.class, () -> ports.find(HERE));
    }

    private DataPlane open(EngineDevices on) throws DataPlaneException {
        return new UserspaceDataPlaneProvider(on).open(
                new DataPlaneContext("tun0", 1400, false, false, events, new ManualClock(), new SecureRandom()));
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 4500);
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
