package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Real sockets on the loopback interface; no root needed.
@Timeout(60)
class NatTraversalSocketTest {
    private static final int MARK = 0x1234;
    private static final int FOREVER = -1;
    private static final List<Integer> SIZES = List.of(1200, 1200, 1200, 500, 1400, 1400, 1400, 1, 60_000, 900, 1300);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void datagramsOfAllSizesArriveWhole(String address) throws Exception {
        try (NatTraversalSocket one = open(address); NatTraversalSocket two = open(address)) {
            PacketBatch sent = batch();
            fill(sent, SIZES, new Endpoint(two.local()));
            assertEquals(SIZES.size(), one.send(sent));
            PacketBatch received = receive(two, SIZES.size());
            for (int index = 0; index < SIZES.size(); index++) {
                assertEquals(one.local(), received.peer(index).socketAddress());
                assertEquals(SIZES.get(index), received.length(index), "datagram " + index);
                assertTrue(isFilledWith(received, index, (byte) index), "datagram " + index);
            }
        }
    }

    /// The limit of open files is set so that the socket itself can be opened, and nothing beside it.
    @Test
    void aFailureHalfWayLeavesNoDescriptor() throws Exception {
        open("127.0.0.1").close();
        try (DescriptorLimit limit = DescriptorLimit.oneMore()) {
            assertThrows(IOException.class, () -> open("127.0.0.1"));
            assertEquals(limit.nextDescriptor(), DescriptorLimit.lowestFree());
        }
    }

    @Test
    void peersInOneBatchGetTheirOwn() throws Exception {
        try (NatTraversalSocket one = open("127.0.0.1");
                NatTraversalSocket two = open("127.0.0.1");
                NatTraversalSocket three = open("127.0.0.1")) {
            PacketBatch sent = batch();
            for (int index = 0; index < 6; index++) {
                Arrays.fill(sent.bytes(), sent.next(), sent.next() + 100, (byte) index);
                sent.add(100, new Endpoint((index % 2 == 0 ? two : three).local()));
            }
            assertEquals(6, one.send(sent));
            assertTrue(isFilledWith(receive(two, 3), 2, (byte) 4));
            assertTrue(isFilledWith(receive(three, 3), 2, (byte) 5));
        }
    }

    @Test
    void aDatagramForTheOtherFamilyIsLostAlone() throws Exception {
        try (NatTraversalSocket one = open("127.0.0.1"); NatTraversalSocket two = open("127.0.0.1")) {
            PacketBatch sent = batch();
            sent.add(10, new Endpoint(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9)));
            sent.add(10, new Endpoint(two.local()));
            assertEquals(1, one.send(sent));
            assertEquals(1, receive(two, 1).count());
        }
    }

    @Test
    void aSmallBatchLeavesTheRestInTheSocket() throws Exception {
        try (NatTraversalSocket one = open("127.0.0.1"); NatTraversalSocket two = open("127.0.0.1")) {
            PacketBatch sent = batch();
            fill(sent, List.of(100, 100, 50, 200), new Endpoint(two.local()));
            assertEquals(4, one.send(sent));
            var small = new PacketBatch(3, 2 * EspTransport.MAX_DATAGRAM, 0, 0);
            await(two, small, 3);
            assertEquals(3, small.count());
            small.clear();
            await(two, small, 1);
            assertEquals(200, small.length(0));
        }
    }

    @Test
    void anUnreachablePeerDoesNotKillTheSocket() throws Exception {
        InetSocketAddress nobody;
        try (NatTraversalSocket gone = open("127.0.0.1")) {
            nobody = gone.local();
        }
        try (NatTraversalSocket one = open("127.0.0.1"); NatTraversalSocket two = open("127.0.0.1")) {
            PacketBatch sent = batch();
            sent.add(10, new Endpoint(nobody));
            one.send(sent);
            sent.clear();
            sent.add(20, new Endpoint(one.local()));
            assertEquals(1, two.send(sent));
            assertEquals(20, receive(one, 1).length(0));
        }
    }

    @Test
    void aWakeUpBeforeTheWaitEndsIt() throws Exception {
        try (NatTraversalSocket socket = open("127.0.0.1")) {
            socket.wakeup();
            socket.awaitReadable(FOREVER);
            assertEquals(0, socket.receive(batch()));
        }
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() throws Exception {
        var local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        IOException refused = assertThrows(IOException.class,
                () -> NatTraversalSocket.open(local, MARK, Optional.of("nowhere")));
        assertEquals("setsockopt(SO_BINDTODEVICE, nowhere): ENODEV (No such device)", refused.getMessage());
        NatTraversalSocket.open(local, MARK, Optional.of("lo")).close();
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (NatTraversalSocket taken = open("127.0.0.1")) {
            IOException refused = assertThrows(IOException.class, () -> NatTraversalSocket.open(taken.local(), MARK));
            assertEquals("bind UDP 127.0.0.1 port %d: EADDRINUSE (Address already in use)"
                    .formatted(taken.local().getPort()), refused.getMessage());
        }
    }

    /// The kernel counts a run that is sent or received with one call as one datagram.
    @Test
    void aRunIsSentAndReceivedWithOneCall() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                NatTraversalSocket one = namespace.call(() -> open("127.0.0.1"));
                NatTraversalSocket two = namespace.call(() -> open("127.0.0.1"))) {
            assertTrue(one.marked());
            assumeTrue(one.sendsSegments(), "no UDP_SEGMENT in this kernel");
            PacketBatch sent = batch();
            fill(sent, List.of(1400, 1400, 1400, 1400, 1400, 1400, 1400, 1400, 1400, 700), new Endpoint(two.local()));
            assertEquals(10, one.send(sent));
            assertEquals(10, receive(two, 10).count());
            List<String> counters = namespace.call(() -> udpCounters());
            assertEquals(List.of("InDatagrams=1", "OutDatagrams=1"), counters);
        }
    }

    private static List<String> udpCounters() throws IOException {
        List<String[]> lines = Files.readAllLines(Path.of("/proc/thread-self/net/snmp")).stream()
                .filter(line -> line.startsWith("Udp: ")).map(line -> line.split(" ")).toList();
        var counters = new ArrayList<String>();
        for (String name : List.of("InDatagrams", "OutDatagrams")) {
            counters.add(name + "=" + lines.getLast()[Arrays.asList(lines.getFirst()).indexOf(name)]);
        }
        return counters;
    }

    private static NatTraversalSocket open(String address) throws IOException {
        return NatTraversalSocket.open(new InetSocketAddress(InetAddress.ofLiteral(address), 0), MARK);
    }

    private static PacketBatch batch() {
        return new PacketBatch(64, 1 << 20, 0, 0);
    }

    private static void fill(PacketBatch batch, List<Integer> sizes, Endpoint peer) {
        for (int index = 0; index < sizes.size(); index++) {
            Arrays.fill(batch.bytes(), batch.next(), batch.next() + sizes.get(index), (byte) index);
            batch.add(sizes.get(index), peer);
        }
    }

    private static PacketBatch receive(NatTraversalSocket socket, int count) throws IOException {
        PacketBatch batch = batch();
        await(socket, batch, count);
        return batch;
    }

    private static void await(NatTraversalSocket socket, PacketBatch batch, int count) throws IOException {
        while (batch.count() < count) {
            if (socket.receive(batch) == 0) {
                socket.awaitReadable(FOREVER);
            }
        }
    }

    private static boolean isFilledWith(PacketBatch batch, int index, byte value) {
        for (int at = batch.offset(index); at < batch.offset(index) + batch.length(index); at++) {
            if (batch.bytes()[at] != value) {
                return false;
            }
        }
        return true;
    }
}
