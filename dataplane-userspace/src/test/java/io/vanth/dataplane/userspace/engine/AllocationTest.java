package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
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
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.layer.EspUnwrapper;
import io.vanth.dataplane.userspace.layer.EspWrapper;
import io.vanth.dataplane.userspace.layer.Identifications;
import io.vanth.dataplane.userspace.offload.TcpPackets;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundBundle;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.InstalledSa;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import io.vanth.dataplane.userspace.tun.TunDevice;
import io.vanth.dataplane.userspace.wire.TcpHeader;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The packet path makes no garbage of its own: what the agents allocate is what the provider's cipher does.
final class AllocationTest {
    static final int ROUNDS = 200;
    private static final int IPV4 = 4;
    private static final EspTransform TRANSFORM = EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA1_96);
    private static final byte[] KEYS = new byte[TRANSFORM.keyBytes()];
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4500);
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 4500);
    private static final SaGroup GROUP = new SaGroup(1);
    private static final TrafficSelector LEFT = TrafficSelector.of(AddressRange.parse("10.1.0.0/16"));
    private static final TrafficSelector RIGHT = TrafficSelector.of(AddressRange.parse("10.2.0.0/16"));
    private static final TrafficPair TRAFFIC = new TrafficPair(LEFT, RIGHT);

    private final Tables tables = new Tables(new SecureRandom());
    private final Device device = new Device();
    private final Socket socket = new Socket();
    private final AgentCounters counters = new AgentCounters();
    private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @Test
    void theOutboundAgentAllocatesNothing() throws Exception {
        byte[] packet = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[1000]);
        byte[] superPacket = TcpPackets.tcp(true, 1, TcpHeader.ACK, TcpPackets.payload(8000));
        for (int count = 0; count < 16; count++) {
            device.packets.add(packet);
        }
        device.packets.add(superPacket);
        EspSealer sealer = EspSealer.of(TRANSFORM, KEYS, new SecureRandom());
        SecurityAssociation association = association(Direction.OUTBOUND, 64);
        tables.associations().install(new OutboundBundle(List.of(new OutboundSa(association, socket,
                new Endpoint(PEER), Instant.EPOCH,
                new EspWrapper(association, sealer, new Identifications(0), 1400)))));
        Policy policy = new Policy("p", 1, TRAFFIC, Policy.Protect.espTunnel(GROUP, true));
        tables.publish(tables.policies().with(
                new PolicyRule(policy, Optional.of(tables.associations().takeSlot(GROUP)))));
        OutboundAgent agent = new OutboundAgent(device, tables, new EngineProxy(device), new Silent(), clock,
                counters);
        int sealed = 16 + 8;
        byte[] plain = Arrays.copyOf(packet, 2 * packet.length);
        byte[] out = new byte[2 * packet.length];
        long ofTheCipher = allocated(() -> {
            for (int count = 0; count < sealed; count++) {
                sealer.seal(1, 1, IPV4, plain, 0, packet.length, out, 0);
            }
        });
        assertNoMore(allocated(agent::work), ofTheCipher, sealed);
        assertEquals(0, socket.sent % sealed);
        assertTrue(socket.sent >= ROUNDS * sealed);
    }

    /// The window is off, so that one packet can come again and again.
    @Test
    void theInboundAgentAllocatesNothing() throws Exception {
        EspSealer sealer = EspSealer.of(TRANSFORM, KEYS, new SecureRandom());
        for (int number = 0; number < 32; number++) {
            byte[] packet = number < 16
                    ? TcpPackets.tcp(true, number * 1000, TcpHeader.ACK, TcpPackets.payload(1000))
                    : InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[64]);
            byte[] out = new byte[2 * packet.length];
            int length = sealer.seal(0x100, number, IPV4, Arrays.copyOf(packet, 2 * packet.length), 0, packet.length,
                    out, 0);
            socket.datagrams.add(Arrays.copyOf(out, length));
        }
        EspOpener opener = EspOpener.of(TRANSFORM, KEYS);
        SecurityAssociation association = association(Direction.INBOUND, 0);
        tables.associations().install(new InboundBundle(List.of(new InboundSa(association, socket, new Endpoint(PEER),
                Instant.EPOCH, new EspUnwrapper(association, opener)))).layers());
        InboundAgent agent = new InboundAgent(socket, device, tables, new Silent(), clock, counters);
        byte[] out = new byte[2000];
        long ofTheCipher = allocated(() -> {
            for (byte[] datagram : socket.datagrams) {
                opener.open(datagram, 0, datagram.length, out, EspOpener.HEADROOM);
            }
        });
        assertNoMore(allocated(agent::work), ofTheCipher, socket.datagrams.size());
        assertTrue(device.written >= ROUNDS);
    }

    static void assertNoMore(long byTheAgent, long byTheCipher, int packets) {
        long more = byTheAgent - byTheCipher;
        assertTrue(more < (long) ROUNDS * packets, "%d bytes more than the cipher's %d for %d packets".formatted(more,
                byTheCipher, ROUNDS * packets));
    }

    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /// What `work` allocates in all rounds, once it has got what it keeps.
    static long allocated(Work work) throws Exception {
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        work.run();
        bytes.invoke(threads);
        long before = (long) bytes.invoke(threads);
        for (int round = 0; round < ROUNDS; round++) {
            work.run();
        }
        return (long) bytes.invoke(threads) - before;
    }

    private static SecurityAssociation association(Direction direction, int window) {
        boolean out = direction == Direction.OUTBOUND;
        return new SecurityAssociation(
                new SaId(SecurityProtocol.ESP, (out ? PEER : HERE).getAddress(), new Spi(0x100)), direction,
                (out ? HERE : PEER).getAddress(), Mode.TUNNEL, TRANSFORM, Secret.copyOf(new byte[0]),
                Secret.copyOf(KEYS),
                List.of(out ? TRAFFIC : new TrafficPair(RIGHT, LEFT)),
                Optional.of(new UdpEncapsulation(4500, 4500)), ReplayProtection.window(window), OuterHeader.DEFAULT,
                Lifetime.UNLIMITED, Lifetime.UNLIMITED, GROUP);
    }

    /// Nothing is to be told here.
    static final class Silent implements ControlProxy {
        @Override
        public void limitReached(InstalledSa association, LifetimeMeter.Limit limit) {
            throw new AssertionError(limit);
        }

        @Override
        public void peerMoved(InboundSa association, Endpoint before, Endpoint now) {
            throw new AssertionError(now);
        }

        @Override
        public void report(DataPlaneEvent event) {
            throw new AssertionError(event);
        }

        @Override
        public void audit(AuditEvent event) {
            throw new AssertionError(event);
        }

        @Override
        public void agentFailed(String agent, Throwable cause) {
            throw new AssertionError(agent, cause);
        }

        @Override
        public void deviceLost(Agent agent, DeviceLostException cause) {
            throw new AssertionError(agent + "", cause);
        }
    }

    /// Has the same packets each time.
    static final class Device implements TunDevice {
        final List<byte[]> packets = new ArrayList<>();
        int written;

        @Override
        public String name() {
            return "tun0";
        }

        @Override
        public int mtu() {
            return 1400;
        }

        @Override
        public boolean takesUdpSegments() {
            return true;
        }

        @Override
        public int read(PacketBatch batch) {
            for (int number = 0; number < packets.size(); number++) {
                byte[] packet = packets.get(number);
                System.arraycopy(packet, 0, batch.bytes(), batch.next(), packet.length);
                int index = batch.add(packet.length);
                if (packet.length > mtu()) {
                    batch.setSegments(index, PacketBatch.TCP_IPV4, 1000, 0);
                }
            }
            return packets.size();
        }

        @Override
        public void awaitReadable(long timeoutNanos) {}

        @Override
        public void wakeup() {}

        @Override
        public int write(PacketBatch batch) {
            written += batch.count();
            return batch.count();
        }

        @Override
        public void close() {}
    }

    /// Receives the same datagrams each time.
    static final class Socket implements EspTransport {
        final List<byte[]> datagrams = new ArrayList<>();
        private final Endpoint peer = new Endpoint(PEER);
        boolean raw;
        int sent;

        @Override
        public InetSocketAddress local() {
            return HERE;
        }

        @Override
        public boolean isRaw() {
            return raw;
        }

        @Override
        public int receive(PacketBatch batch) {
            for (int number = 0; number < datagrams.size(); number++) {
                byte[] datagram = datagrams.get(number);
                System.arraycopy(datagram, 0, batch.bytes(), batch.next(), datagram.length);
                batch.add(datagram.length, peer);
            }
            return datagrams.size();
        }

        @Override
        public void awaitReadable(long timeoutNanos) {}

        @Override
        public void wakeup() {}

        @Override
        public int send(PacketBatch batch) {
            sent += batch.count();
            return batch.count();
        }

        @Override
        public void close() {}
    }
}
