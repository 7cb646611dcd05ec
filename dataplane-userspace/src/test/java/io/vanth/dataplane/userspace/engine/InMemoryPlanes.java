package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.NatTraversalPort;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.testkit.ConnectedPlanes;
import io.vanth.dataplane.testkit.EventLog;
import io.vanth.dataplane.testkit.ManualClock;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.tun.InMemoryTun;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/// Two userspace engines with nothing below them.
final class InMemoryPlanes implements ConnectedPlanes {
    static final InetSocketAddress LEFT = address("192.0.2.1");
    static final InetSocketAddress RIGHT = address("192.0.2.2");
    static final InetAddress LEFT_6 = InetAddress.ofLiteral("2001:db8::1");
    static final InetAddress RIGHT_6 = InetAddress.ofLiteral("2001:db8::2");
    static final int MTU = 1400;
    private static final int IPV4_PROTOCOL_OFFSET = 9;
    private static final int UDP = 17;

    private final ManualClock clock = new ManualClock();
    private final InMemoryNetwork network = new InMemoryNetwork(new Random(1));
    private final InMemoryDevices leftDevices = new InMemoryDevices(network, LEFT.getAddress(), LEFT_6);
    private final InMemoryDevices rightDevices = new InMemoryDevices(network, RIGHT.getAddress(), RIGHT_6);
    private final Side left;
    private final Side right;
    private volatile InMemoryNetwork.Datagram lastSealed;
    private volatile int lastOuterProtocol;

    /// With ESP in UDP.
    InMemoryPlanes() throws Exception {
        this(true);
    }

    /// With ESP in UDP or without.
    InMemoryPlanes(boolean inUdp) throws Exception {
        left = side(leftDevices, LEFT, inUdp);
        right = side(rightDevices, RIGHT, inUdp);
        network.tap(datagram -> {
            if (datagram.destination().getAddress().equals(RIGHT.getAddress())) {
                lastOuterProtocol = datagram.destination().getPort() == 0
                        ? datagram.payload()[IPV4_PROTOCOL_OFFSET]
                        : UDP;
            }
            if (datagram.destination().equals(right.outer()) && datagram.payload().length > EspHeader.LENGTH
                    && EspHeader.spi(datagram.payload(), 0) != 0) {
                lastSealed = datagram;
            }
        });
    }

    private static InetSocketAddress address(String text) {
        return new InetSocketAddress(InetAddress.ofLiteral(text), 4500);
    }

    private Side side(InMemoryDevices devices, InetSocketAddress outer, boolean inUdp) throws Exception {
        EventLog events = new EventLog();
        DataPlane plane = open(devices, events);
        if (!inUdp) {
            return new Side(plane, events, new InetSocketAddress(outer.getAddress(), 0), new TunSide(devices.tun()));
        }
        NatTraversalPort port = plane.openNatTraversalPort(outer).toCompletableFuture().get();
        InetAddress ipv6 = outer.equals(LEFT) ? LEFT_6 : RIGHT_6;
        plane.openNatTraversalPort(new InetSocketAddress(ipv6, outer.getPort())).toCompletableFuture().get();
        return new Side(plane, events, port.local(), new TunSide(devices.tun()));
    }

    private DataPlane open(InMemoryDevices devices, EventLog events) throws DataPlaneException {
        return new UserspaceDataPlaneProvider(devices).open(
                new DataPlaneContext("tun0", MTU, true, false, events, clock, new SecureRandom()));
    }

    InMemoryNetwork network() {
        return network;
    }

    InMemoryTun leftTun() {
        return leftDevices.tun();
    }

    InMemoryTun rightTun() {
        return rightDevices.tun();
    }

    /// The left engine's device of route-based tunnels.
    InMemoryTun leftTun(String name) {
        return leftDevices.tun(name);
    }

    InMemoryTun rightTun(String name) {
        return rightDevices.tun(name);
    }

    @Override
    public Side left() {
        return left;
    }

    @Override
    public Side right() {
        return right;
    }

    @Override
    public void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public int lastOuterProtocol() {
        return lastOuterProtocol;
    }

    @Override
    public void replayLast() {
        if (!network.deliver(lastSealed)) {
            throw new IllegalStateException("nobody took the datagram");
        }
    }

    @Override
    public void close() {
        left.plane().close();
        right.plane().close();
    }

    private record TunSide(InMemoryTun tun) implements InnerSide {
        @Override
        public void send(byte[] packet) {
            if (!tun.inject(packet)) {
                throw new IllegalStateException("the TUN device did not take the packet");
            }
        }

        @Override
        public Optional<byte[]> take(Duration timeout) throws InterruptedException {
            return tun.take(timeout);
        }
    }
}
