package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.PacketTooBig;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Raw IP on the loopback interface of a network namespace.
@Timeout(60)
class RawIpSocketTest {
    private static final int MARK = 0x1234;
    private static final int FOREVER = -1;
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final int AGENT_PACKETS = 512;
    private static final int AGENT_BYTES = 320 * 1024;
    private static final int IDENTIFICATION = 0x4321;

    /// The kernel puts the fragments of large ones together again.
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 50, 100", "127.0.0.1, 51, 101", "127.0.0.1, 108, 102", "127.0.0.1, 50, 4001",
            "127.0.0.1, 51, 60001", "::1, 50, 100", "::1, 51, 101", "::1, 108, 102", "::1, 50, 4001", "::1, 51, 60001"})
    void packetsArriveWithTheirHeader(String address, int protocol, int payload) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.command("ip", "link", "set", "lo", "mtu", "1500");
            byte[] sent = packet(address, protocol, payload);
            assertArrayEquals(sent, namespace.call(() -> sendAndReceive(address, sent)));
        }
    }

    /// A flood of one protocol leaves room for the others in every batch.
    @Test
    void noProtocolKeepsAnotherWaiting() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.command("ip", "link", "set", "lo", "up");
            namespace.run(RawIpSocketTest::floodAndReceive);
        }
    }

    /// Of the link, of the route, and of somebody who claims that nothing fits: ip-sysctl, `min_pmtu` is 552.
    @Test
    void asksWhatAPathTakes() throws Exception {
        try (NetworkNamespace near = NetworkNamespace.create();
                NetworkNamespace far = NetworkNamespace.create()) {
            near.connect("wan", far, "wan");
            near.command("ip", "addr", "add", "192.0.2.1/24", "dev", "wan");
            far.command("ip", "addr", "add", "192.0.2.2/24", "dev", "wan");
            near.command("ip", "link", "set", "wan", "mtu", "1300");
            near.command("ip", "route", "add", "198.51.100.0/24", "via", "192.0.2.2", "mtu", "1250");
            try (RawIpSocket socket = near.call(() -> RawIpSocket.open(0));
                    RawIpSocket liar = far.call(() -> RawIpSocket.open(0))) {
                assertEquals(1300, socket.pathMtu(host("192.0.2.2")));
                assertEquals(1250, socket.pathMtu(host("198.51.100.7")));
                assertEquals(EspTransport.NO_LIMIT, socket.pathMtu(host("2001:db8::1")));
                send(liar, forgedWord(68), host("192.0.2.1"));
                int believed = socket.pathMtu(host("192.0.2.2"));
                for (long end = System.nanoTime() + PATIENCE_NANOS; believed == 1300; believed = socket
                        .pathMtu(host("192.0.2.2"))) {
                    assertTrue(System.nanoTime() < end, "the word did not come");
                }
                assertTrue(believed >= 552, "" + believed);
            }
        }
    }

    /// A host with two uplinks, one of which loses its address.
    @Test
    void asksAgainFromWhereTheWayBeginsNow() throws Exception {
        try (NetworkNamespace near = NetworkNamespace.create();
                NetworkNamespace far = NetworkNamespace.create()) {
            for (int link = 1; link <= 2; link++) {
                near.connect("wan" + link, far, "wan" + link);
                near.command("ip", "addr", "add", "192.0." + link + ".1/24", "dev", "wan" + link);
                near.command("ip", "link", "set", "wan" + link, "mtu", "1" + link + "00");
                near.command("ip", "route", "add", "198.51.100.0/24", "via", "192.0." + link + ".2", "metric",
                        "" + link);
            }
            try (RawIpSocket socket = near.call(() -> RawIpSocket.open(0));
                    RawIpSocket second = near.call(() -> RawIpSocket.open(0, Optional.of("wan2")))) {
                assertEquals(1100, socket.pathMtu(host("198.51.100.7")));
                for (int ask = 0; ask < 2; ask++) {
                    assertEquals(1200, second.pathMtu(host("198.51.100.7")), "bound to its device");
                }
                near.command("ip", "addr", "del", "192.0.1.1/24", "dev", "wan1");
                assertEquals(1200, socket.pathMtu(host("198.51.100.7")));
                assertEquals(1200, socket.pathMtu(host("192.0.2.2")));
            }
        }
    }

    /// "Fragmentation needed" about an ESP packet to the second host.
    private static byte[] forgedWord(int mtu) {
        byte[] about = packet("192.0.2.1", IpProtocol.ESP, 1000);
        about[Ipv4Header.DESTINATION_OFFSET + 3] = 2;
        Ipv4Header.writeChecksum(about, 0);
        var view = new PacketView();
        assertTrue(view.read(about, 0, about.length));
        byte[] word = new byte[PacketTooBig.MAX_LENGTH];
        int length = PacketTooBig.write(about, 0, view, mtu, word, 0);
        NetworkOrder.put16(word, Ipv4Header.IDENTIFICATION_OFFSET, IDENTIFICATION);
        Ipv4Header.writeChecksum(word, 0);
        return Arrays.copyOf(word, length);
    }

    private static void send(RawIpSocket socket, byte[] packet, Endpoint peer) throws Exception {
        PacketBatch batch = new PacketBatch(1, 1 << 17, 0, 0);
        System.arraycopy(packet, 0, batch.bytes(), batch.next(), packet.length);
        batch.add(packet.length, peer);
        assertEquals(1, socket.send(batch));
    }

    private static Endpoint host(String address) {
        return new Endpoint(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    }

    private static void floodAndReceive() throws Exception {
        try (RawIpSocket socket = RawIpSocket.open(MARK)) {
            PacketBatch batch = new PacketBatch(12, 1 << 21, 0, 0);
            for (int round = 0; round < 5; round++) {
                for (int count = 0; count < 12; count++) {
                    append(batch, packet("127.0.0.1", IpProtocol.ESP, 100));
                }
                assertEquals(12, socket.send(batch));
                batch.clear();
            }
            sendTheOthers(socket);
            assertTrue(socket.receive(batch) > 0);
            assertEquals(Set.of(IpProtocol.ESP, IpProtocol.AH, IpProtocol.IPCOMP), protocols(batch));
        }
    }

    /// In a batch of the agent's size large packets use up the room before the places.
    @Test
    void noLargePacketsKeepAnotherProtocolWaiting() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.command("ip", "link", "set", "lo", "up");
            namespace.run(() -> {
                try (RawIpSocket socket = RawIpSocket.open(MARK)) {
                    sendOneByOne(socket, 10, packet("127.0.0.1", IpProtocol.ESP, 60_000));
                    sendTheOthers(socket);
                    PacketBatch batch = new PacketBatch(AGENT_PACKETS, AGENT_BYTES, 0, 0);
                    assertTrue(socket.receive(batch) > 0);
                    assertEquals(Set.of(IpProtocol.ESP, IpProtocol.AH, IpProtocol.IPCOMP), protocols(batch));
                }
            });
        }
    }

    @Test
    void oneProtocolHasTheBatchWhereTheOthersAreSilent() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.command("ip", "link", "set", "lo", "up");
            namespace.run(() -> {
                try (RawIpSocket socket = RawIpSocket.open(MARK)) {
                    sendOneByOne(socket, 300, packet("127.0.0.1", IpProtocol.ESP, 100));
                    sendTheOthers(socket);
                    PacketBatch batch = new PacketBatch(AGENT_PACKETS, AGENT_BYTES, 0, 0);
                    assertEquals(302, socket.receive(batch));
                }
            });
        }
    }

    private static void sendOneByOne(RawIpSocket socket, int count, byte[] packet) throws Exception {
        PacketBatch batch = new PacketBatch(1, 1 << 17, 0, 0);
        for (int sent = 0; sent < count; sent++) {
            batch.clear();
            append(batch, packet);
            assertEquals(1, socket.send(batch));
        }
    }

    private static void sendTheOthers(RawIpSocket socket) throws Exception {
        sendOneByOne(socket, 1, packet("127.0.0.1", IpProtocol.AH, 100));
        sendOneByOne(socket, 1, packet("::1", IpProtocol.IPCOMP, 100));
    }

    private static Set<Integer> protocols(PacketBatch batch) {
        Set<Integer> protocols = new HashSet<>();
        for (int index = 0; index < batch.count(); index++) {
            SecuredPacket packet = new SecuredPacket();
            assertTrue(packet.read(batch.bytes(), batch.offset(index), batch.length(index)));
            protocols.add(packet.protocol());
        }
        return protocols;
    }

    private static void append(PacketBatch batch, byte[] packet) {
        System.arraycopy(packet, 0, batch.bytes(), batch.next(), packet.length);
        int version = packet[0] >>> 4;
        batch.add(packet.length, new Endpoint(
                new InetSocketAddress(InetAddress.ofLiteral(version == 4 ? "127.0.0.1" : "::1"), 0)));
    }

    private static byte[] sendAndReceive(String address, byte[] packet) throws Exception {
        try (RawIpSocket socket = RawIpSocket.open(MARK)) {
            Endpoint here = new Endpoint(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
            PacketBatch batch = new PacketBatch(16, 1 << 18, 0, 0);
            System.arraycopy(packet, 0, batch.bytes(), batch.next(), packet.length);
            batch.add(packet.length, here);
            assertEquals(1, socket.send(batch));
            batch.clear();
            while (socket.receive(batch) == 0) {
                socket.awaitReadable(FOREVER);
            }
            assertEquals(here, batch.peer(0));
            return Arrays.copyOf(batch.bytes(), batch.length(0));
        }
    }

    private static byte[] packet(String address, int protocol, int payload) {
        byte[] host = InetAddress.ofLiteral(address).getAddress();
        boolean ipv4 = host.length == Ipv4Header.ADDRESS_LENGTH;
        int header = ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        byte[] packet = new byte[header + payload];
        new Random(payload).nextBytes(packet);
        System.arraycopy(host, 0, packet, header - 2 * host.length, host.length);
        System.arraycopy(host, 0, packet, header - host.length, host.length);
        if (ipv4) {
            Ipv4Header.write(packet, 0, packet.length, 64, protocol);
            NetworkOrder.put16(packet, Ipv4Header.IDENTIFICATION_OFFSET, IDENTIFICATION);
            NetworkOrder.put16(packet, Ipv4Header.FRAGMENT_OFFSET, 0);
            Ipv4Header.writeChecksum(packet, 0);
        } else {
            Ipv6Header.write(packet, 0, 0x28, payload, 64, protocol);
        }
        // SPIs below 0x100 are reserved, so no kernel has an SA for it.
        NetworkOrder.put32(packet, header + (protocol == IpProtocol.AH ? 4 : 0), 1);
        return packet;
    }
}
