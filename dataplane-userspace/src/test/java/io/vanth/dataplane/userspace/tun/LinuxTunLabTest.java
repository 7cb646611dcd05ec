package io.vanth.dataplane.userspace.tun;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.offload.Coalescer;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@Timeout(60)
class LinuxTunLabTest {
    private static final int MTU = 1400;
    /// As long as the test may take.
    private static final int FOREVER = -1;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);

    private NetworkNamespace left;
    private NetworkNamespace right;

    @BeforeEach
    void makeNamespaces() throws Exception {
        left = NetworkNamespace.create();
        right = NetworkNamespace.create();
    }

    @AfterEach
    void close() {
        if (right != null) {
            right.close();
            left.close();
        }
    }

    @Test
    void theInterfaceIsUpWithItsMtuAndSilentAndGoesWithTheDevice() throws Exception {
        try (LinuxTun tun = left.call(() -> LinuxTun.open("vanth%d", MTU))) {
            assertEquals("vanth0", tun.name());
            String link = left.command("ip", "-d", "link", "show", "vanth0");
            assertTrue(link.contains("UP") && link.contains("mtu " + MTU) && link.contains("gso_max_size 60000")
                    && link.contains("qlen 2000"), link);
            assertEquals("", left.command("ip", "-o", "addr", "show", "vanth0"));
            assertEquals(0, tun.read(batch()), "the kernel sends nothing of its own");
            IOException busy = assertThrows(IOException.class,
                    () -> left.call(() -> LinuxTun.open("vanth0", MTU)));
            assertTrue(busy.getMessage().contains("EBUSY") && busy.getMessage().contains("another process"),
                    busy.getMessage());
        }
        assertEquals(1, left.attempt("ip", "link", "show", "vanth0").status());
    }

    @ParameterizedTest
    @CsvSource({"10.9.0.1/24, 10.9.0.1, 10.9.0.2, 12, 4", "fd00::1/64, fd00::1, fd00::2, 8, 16"})
    void packetsAreReadAndWritten(String network, String here, String there, int addresses, int length)
            throws Exception {
        try (LinuxTun tun = left.call(() -> LinuxTun.open("vanth0", MTU))) {
            giveAddress(left, network);
            try (DatagramSocket socket = socket(left, here)) {
                socket.connect(InetAddress.ofLiteral(there), 7);
                byte[] question = "as it was sent".getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(question, question.length));
                PacketBatch batch = readSome(tun);
                assertEquals(1, batch.count());
                mirror(batch, addresses, length);
                assertEquals(1, tun.write(batch));
                var answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                assertArrayEquals(question, Arrays.copyOf(answer.getData(), answer.getLength()));
            }
        }
    }

    @Test
    void aWakeUpBeforeTheWaitEndsIt() throws Exception {
        try (LinuxTun tun = left.call(() -> LinuxTun.open("vanth0", MTU))) {
            tun.wakeup();
            tun.awaitReadable(FOREVER);
            assertEquals(0, tun.read(batch()));
        }
    }

    @Test
    void aDeviceThatIsTakenAwayIsDead() throws Exception {
        try (LinuxTun tun = left.call(() -> LinuxTun.open("vanth0", MTU))) {
            left.command("ip", "link", "del", "vanth0");
            tun.awaitReadable(PATIENCE_NANOS);
            IOException dead = assertThrows(IOException.class, () -> tun.read(batch()));
            assertTrue(dead.getMessage().contains("the interface is gone"), dead.getMessage());
        }
    }

    /// Without a carrier the routes would not count, and packets go in clear by the next best ones.
    @Test
    void whatIsRoutedIntoALastingInterfaceStaysThere() throws Exception {
        for (String family : new String[]{"ipv4", "ipv6"}) {
            left.command("sysctl", "-qw", "net.%s.conf.default.ignore_routes_with_linkdown=1".formatted(family));
        }
        left.call(() -> LinuxTun.openLasting("vanth7", MTU, "vanth0")).close();
        left.command("ip", "link", "set", "lo", "up");
        left.command("ip", "addr", "add", "10.9.0.1/32", "dev", "lo");
        left.command("ip", "-6", "addr", "add", "fd00::1/128", "dev", "lo", "nodad");
        left.command("ip", "route", "add", "10.8.0.0/24", "dev", "vanth7");
        left.command("ip", "-6", "route", "add", "fd08::/64", "dev", "vanth7");
        assertTrue(left.command("ip", "route", "get", "10.8.0.1").contains("dev vanth7"));
        assertTrue(left.command("ip", "-6", "route", "get", "fd08::1").contains("dev vanth7"));
    }

    /// `dataPlane.interface` was renamed.
    @Test
    void aLastingInterfaceIsTakenOverByAnotherOwner() throws Exception {
        left.call(() -> LinuxTun.openLasting("vanth7", MTU, "vanth0")).close();
        left.call(() -> LinuxTun.openLasting("vanth7", MTU, "other0")).close();
        remaining("vanth0", 0);
        remaining("other0", 1);
    }

    private void remaining(String owner, int status) throws Exception {
        left.run(() -> LinuxTun.removeLasting(owner, Set.of()));
        assertEquals(status, left.attempt("ip", "link", "show", "vanth7").status());
    }

    /// As after a refused policy: the operator's routes stay on what was there.
    @Test
    void whatWasThereBeforeStaysAsItWasFound() throws Exception {
        left.call(() -> LinuxTun.openLasting("vanth7", MTU, "vanth0")).abandon();
        assertEquals(1, left.attempt("ip", "link", "show", "vanth7").status(), "made new");
        left.call(() -> LinuxTun.openLasting("vanth7", MTU, "vanth0")).close();
        left.call(() -> LinuxTun.openLasting("vanth7", MTU, "vanth0")).abandon();
        assertEquals(0, left.attempt("ip", "link", "show", "vanth7").status(), "left by an earlier run");
    }

    /// Two hosts, a TUN device in each, and a wire between the devices that moves batches as they are.
    @ParameterizedTest
    @CsvSource({"10.9.0.1/24, 10.9.0.2/24, 10.9.0.2, 1", "fd00::1/64, fd00::2/64, fd00::2, 4"})
    void tcpPassesAsSuperPackets(String here, String there, String server, int type) throws Exception {
        try (LinuxTun one = left.call(() -> LinuxTun.open("vanth0", MTU));
                LinuxTun two = right.call(() -> LinuxTun.open("vanth0", MTU));
                Wire forth = new Wire(one, two, type);
                Wire back = new Wire(two, one, type)) {
            giveAddress(left, here);
            giveAddress(right, there);
            byte[] content = new byte[8 << 20];
            new Random(1).nextBytes(content);
            try (ServerSocket listener = right
                    .call(() -> new ServerSocket(0, 1, InetAddress.ofLiteral(server)))) {
                CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> receiveAll(listener));
                try (Socket client = left
                        .call(() -> new Socket(InetAddress.ofLiteral(server), listener.getLocalPort()))) {
                    client.getOutputStream().write(content);
                }
                assertArrayEquals(content, received.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            }
            assertTrue(forth.longest() > 32_000 && forth.longest() <= LinuxTun.MAX_SUPER_PACKET,
                    "longest " + forth.longest());
            assertTrue(back.longest() < 32_000, "only acknowledgements came back");
        }
    }

    /// Linux 6.2 and later.
    @ParameterizedTest
    @CsvSource({"10.9.0.1/24, 10.9.0.2/24, 10.9.0.1, 10.9.0.2", "fd00::1/64, fd00::2/64, fd00::1, fd00::2"})
    void aSuperPacketOfUdpArrivesAsDatagrams(String here, String there, String from, String to) throws Exception {
        try (LinuxTun tun = right.call(() -> LinuxTun.open("vanth0", MTU))) {
            assumeTrue(tun.takesUdpSegments(), "this kernel takes no super-packets of UDP from a TUN device");
            giveAddress(right, there);
            try (DatagramSocket socket = socket(right, to)) {
                PacketBatch batch = batch();
                Coalescer coalescer = new Coalescer(batch, true);
                PacketView view = new PacketView();
                for (int number = 0; number < 5; number++) {
                    byte[] packet = InnerPackets.udp(from, 7, to, socket.getLocalPort(),
                            datagram(number, number < 4 ? 100 : 50));
                    System.arraycopy(packet, 0, batch.bytes(), batch.next(), packet.length);
                    assertTrue(view.read(batch.bytes(), batch.next(), packet.length));
                    coalescer.append(view);
                }
                coalescer.finish();
                assertEquals(1, batch.count());
                assertEquals(1, tun.write(batch));
                for (int number = 0; number < 5; number++) {
                    var got = new DatagramPacket(new byte[200], 200);
                    socket.receive(got);
                    assertArrayEquals(datagram(number, number < 4 ? 100 : 50),
                            Arrays.copyOf(got.getData(), got.getLength()));
                }
            }
        }
    }

    /// The kernel makes the route by which packets to an IPv6 address are its own in work of its own, after `ip` has
    /// ended: what comes before that is nobody's.
    private static void giveAddress(NetworkNamespace namespace, String network) throws Exception {
        String address = network.substring(0, network.indexOf('/'));
        namespace.command("ip", "addr", "add", network, "dev", "vanth0", "nodad");
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!namespace.command("ip", "route", "get", address).startsWith("local ")) {
            assertTrue(System.nanoTime() < end, address + " never became local");
        }
    }

    private static DatagramSocket socket(NetworkNamespace namespace, String address) throws Exception {
        DatagramSocket socket = namespace
                .call(() -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0)));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] datagram(int number, int length) {
        byte[] bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private static byte[] receiveAll(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket.getInputStream().readAllBytes();
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
    }

    private static PacketBatch batch() {
        return new PacketBatch(64, 1 << 20, TunDevice.HEADROOM, 0);
    }

    private static PacketBatch readSome(LinuxTun tun) throws IOException {
        PacketBatch batch = batch();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (tun.read(batch) == 0) {
            assertTrue(System.nanoTime() < end, "nothing came");
            tun.awaitReadable(PATIENCE_NANOS);
        }
        return batch;
    }

    /// Turns a packet round: the sums over addresses and ports stay the same.
    private static void mirror(PacketBatch batch, int addresses, int length) {
        swap(batch.bytes(), batch.offset(0) + addresses, length);
        swap(batch.bytes(), batch.offset(0) + addresses + 2 * length, 2);
    }

    private static void swap(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length; at++) {
            byte kept = bytes[at];
            bytes[at] = bytes[at + length];
            bytes[at + length] = kept;
        }
    }

    private static final class Wire implements AutoCloseable {
        private final LinuxTun from;
        private final AtomicInteger longest = new AtomicInteger();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Thread thread;

        Wire(LinuxTun from, LinuxTun to, int type) {
            this.from = from;
            this.thread = Thread.ofPlatform().start(() -> {
                PacketBatch batch = batch();
                try {
                    while (!ended.get()) {
                        from.awaitReadable(PATIENCE_NANOS);
                        while (from.read(batch) > 0) {
                            for (int index = 0; index < batch.count(); index++) {
                                if ((batch.segmentType(index) & ~PacketBatch.WITH_ECN) == type) {
                                    longest.accumulateAndGet(batch.length(index), Math::max);
                                }
                            }
                            assertEquals(batch.count(), to.write(batch));
                            batch.clear();
                        }
                    }
                } catch (IOException dead) {
                    throw new UncheckedIOException(dead);
                }
            });
        }

        int longest() {
            return longest.get();
        }

        @Override
        public void close() {
            ended.set(true);
            from.wakeup();
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
