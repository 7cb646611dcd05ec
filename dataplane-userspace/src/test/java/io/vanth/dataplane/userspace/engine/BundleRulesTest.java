package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.testkit.EventLog;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.testkit.ManualClock;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.TunDevice;
import io.vanth.dataplane.userspace.wire.AuthenticationHeader;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// SAs that belong together, and what each packet takes from them.
@Timeout(60)
final class BundleRulesTest {
    private static final EspTransform ESP = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96);
    private static final String LEFT_NET = "10.1.0.0/16";
    private static final String RIGHT_NET = "10.2.0.0/16";
    private static final String LEFT_HOST = "192.0.2.1";
    private static final String RIGHT_HOST = "192.0.2.2";
    private static final int FRAGMENT = 1200;

    private final BlockingQueue<InMemoryNetwork.Datagram> caught = new LinkedBlockingQueue<>();
    private InMemoryPlanes planes;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
    }

    @AfterEach
    void close() {
        planes.close();
    }

    private void catchAll() {
        planes.network().impair(new InMemoryNetwork.Impairment(1, 0, 0));
        planes.network().tap(caught::add);
    }

    /// RFC 4301 section 5.2, though no policy says what the packets have to come through.
    @Test
    void anInnerSaIsNotReachedWithoutTheOuterOne() throws Exception {
        catchAll();
        Layering layering = new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(
                Layering.raw(ESP, Mode.TUNNEL), Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT)));
        layering.addPolicies(true);
        layering.connect(true);
        assertTrue(planes.right().plane().removePolicy("layers").toCompletableFuture().get());
        byte[] packet = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[40]);
        byte[] whole = sendFromLeft(packet);
        int ah = Ipv4Header.MIN_LENGTH;
        assertEquals(IpProtocol.AH, Ipv4Header.protocol(whole, 0));
        int length = AuthenticationHeader.length(whole, ah);
        byte[] stripped = new byte[whole.length - length];
        System.arraycopy(whole, 0, stripped, 0, ah);
        System.arraycopy(whole, ah + length, stripped, ah, stripped.length - ah);
        stripped[Ipv4Header.PROTOCOL_OFFSET] = IpProtocol.ESP;
        NetworkOrder.put16(stripped, Ipv4Header.TOTAL_LENGTH_OFFSET, stripped.length);
        Ipv4Header.writeChecksum(stripped, 0);
        deliver(stripped);
        deliver(whole);
        assertArrayEquals(packet, take(), "the stripped one has not used its number up");
        assertEquals(1, counter(planes.right().plane(), DropReason.INBOUND_LAYER_MISSING));
    }

    /// The sender leaves the encryption out.
    @Test
    void whatCameThroughTheOuterSaAloneIsDropped() throws Exception {
        Layering layering = new Layering(planes, false, LEFT_HOST, RIGHT_HOST, List.of(
                Layering.raw(ESP, Mode.TRANSPORT), Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT)));
        layering.addPolicies(false);
        layering.connect(true, 1);
        assertTrue(planes.right().plane().removePolicy("layers").toCompletableFuture().get());
        planes.leftTun().inject(InnerPackets.udp(LEFT_HOST, 7, RIGHT_HOST, 7, new byte[40]));
        awaitDrop(DropReason.INBOUND_LAYER_MISSING);
        assertTrue(planes.rightTun().take(Duration.ZERO).isEmpty());
    }

    /// Though all policies ask for no more than one SA of ESP, its peer has agreed on AH alone.
    @Test
    void anSaThatDoesNotEncryptIsNotEnoughForAPolicyThatWantsIt() throws Exception {
        Layering layering = new Layering(planes, false, LEFT_NET, RIGHT_NET,
                List.of(Layering.ah(Integrity.HMAC_SHA1_96, Mode.TUNNEL)));
        layering.addPolicies(true);
        assertTrue(planes.right().plane().removePolicy("layers").toCompletableFuture().get());
        planes.right().plane().addPolicy(new Policy("encrypt", 1,
                new TrafficPair(TrafficSelector.parse(RIGHT_NET), TrafficSelector.parse(LEFT_NET)),
                Policy.Protect.espTunnel(Layering.GROUP, true))).toCompletableFuture().get();
        layering.connect(true);
        planes.leftTun().inject(InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[40]));
        awaitDrop(DropReason.INBOUND_LAYER_MISSING);
        assertTrue(planes.rightTun().take(Duration.ZERO).isEmpty());
    }

    /// Fragments have no ports; the packet that they make has, and its policy takes whole packets only.
    @Test
    void fragmentsMeetAPolicyOfTransportModeAsAWhole() throws Exception {
        new Layering(planes, false, LEFT_HOST, RIGHT_HOST, List.of(Layering.raw(ESP, Mode.TRANSPORT))).port(7)
                .install();
        byte[] noise = new byte[4000];
        new Random(1).nextBytes(noise);
        byte[] packet = InnerPackets.udp(LEFT_HOST, 7, RIGHT_HOST, 7, noise);
        byte[] other = InnerPackets.udp(LEFT_HOST, 8, RIGHT_HOST, 8, noise);
        injectFragments(other, 1);
        injectFragments(packet, 2);
        assertArrayEquals(packet, withHeaderOf(packet, take()));
        assertEquals(1, counter(planes.left().plane(), DropReason.OUTBOUND_NO_POLICY), "the whole one of port 8");
    }

    /// RFC 6864 section 4.3: fragments of two SAs between the same hosts must not be mixed up.
    @Test
    void identificationsGoOnFromSaToSa() throws Exception {
        catchAll();
        Layering layering = new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL)));
        layering.addPolicies(true);
        layering.connect(true);
        byte[] packet = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[40]);
        byte[] first = sendFromLeft(packet);
        layering.connect(true);
        byte[] second = sendFromLeft(packet);
        int esp = Ipv4Header.MIN_LENGTH;
        assertNotEquals(EspHeader.spi(first, esp), EspHeader.spi(second, esp));
        assertNotEquals(NetworkOrder.u16(first, Ipv4Header.IDENTIFICATION_OFFSET),
                NetworkOrder.u16(second, Ipv4Header.IDENTIFICATION_OFFSET));
    }

    @Test
    void aPacketThatIsRefusedUsesNoNumberUp() throws Exception {
        catchAll();
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL))).install();
        byte[] longest = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7,
                new byte[65_535 - Ipv4Header.MIN_LENGTH - 8]);
        NetworkOrder.put16(longest, Ipv4Header.FRAGMENT_OFFSET, 0);
        Ipv4Header.writeChecksum(longest, 0);
        planes.leftTun().inject(longest);
        byte[] sent = sendFromLeft(InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[40]));
        assertEquals(1, counter(planes.left().plane(), DropReason.OUTBOUND_TOO_BIG));
        assertEquals(1, NetworkOrder.i32(sent, Ipv4Header.MIN_LENGTH + EspHeader.SEQUENCE_OFFSET));
    }

    @Test
    void withoutRawSocketsItSaysWhatIsMissing() throws Exception {
        EngineDevices devices = new Unprivileged(
                new InMemoryDevices(planes.network(), InMemoryPlanes.LEFT.getAddress()));
        try (DataPlane plane = new UserspaceDataPlaneProvider(devices).open(new DataPlaneContext("tun0", 1400, true,
                false, new EventLog(), new ManualClock(), new SecureRandom()))) {
            assertTrue(!plane.capabilities().rawEsp());
            assertEquals(Set.of(SecurityProtocol.ESP), plane.capabilities().protocols());
            Layering layering = new Layering(planes, false, LEFT_NET, RIGHT_NET,
                    List.of(Layering.raw(ESP, Mode.TUNNEL)));
            ExecutionException refused = assertThrows(ExecutionException.class,
                    () -> layering.installOn(plane));
            assertTrue(refused.getCause() instanceof DataPlaneException);
            assertEquals("cannot open raw sockets for SAs without UDP encapsulation: socket: EPERM; "
                    + "give the process the capability NET_RAW, or let ESP go in UDP", refused.getCause().getMessage());
        }
    }

    /// A process without the capability.
    private record Unprivileged(EngineDevices devices) implements EngineDevices {
        @Override
        public TunDevice openTun(String name, int mtu) throws IOException {
            return devices.openTun(name, mtu);
        }

        @Override
        public EspTransport openTransport(InetSocketAddress local) throws IOException {
            return devices.openTransport(local);
        }

        @Override
        public EspTransport openRaw() throws IOException {
            throw new IOException("socket: EPERM");
        }

        @Override
        public boolean permitsRaw() {
            return false;
        }

        @Override
        public NetworkSetup openNetwork(TunDevice tun, DataPlaneContext context) throws IOException {
            return devices.openNetwork(tun, context);
        }
    }

    private void injectFragments(byte[] packet, int identification) {
        int header = Ipv4Header.MIN_LENGTH;
        for (int at = header; at < packet.length; at += FRAGMENT) {
            int end = Math.min(packet.length, at + FRAGMENT);
            byte[] fragment = new byte[header + end - at];
            System.arraycopy(packet, 0, fragment, 0, header);
            System.arraycopy(packet, at, fragment, header, end - at);
            NetworkOrder.put16(fragment, Ipv4Header.TOTAL_LENGTH_OFFSET, fragment.length);
            NetworkOrder.put16(fragment, Ipv4Header.IDENTIFICATION_OFFSET, identification);
            NetworkOrder.put16(fragment, Ipv4Header.FRAGMENT_OFFSET,
                    (at - header) / 8 | (end < packet.length ? Ipv4Header.MORE_FRAGMENTS : 0));
            Ipv4Header.writeChecksum(fragment, 0);
            planes.leftTun().inject(fragment);
        }
    }

    private static byte[] withHeaderOf(byte[] packet, byte[] arrived) {
        byte[] copy = arrived.clone();
        System.arraycopy(packet, 0, copy, 0, Ipv4Header.MIN_LENGTH);
        return copy;
    }

    private byte[] sendFromLeft(byte[] packet) throws InterruptedException {
        planes.leftTun().inject(packet);
        InMemoryNetwork.Datagram datagram = caught.poll(30, TimeUnit.SECONDS);
        assertTrue(datagram != null, () -> planes.left().plane().counters().toString());
        return datagram.payload();
    }

    private void deliver(byte[] packet) {
        assertTrue(planes.network().deliver(new InMemoryNetwork.Datagram(
                new InetSocketAddress(InMemoryPlanes.LEFT.getAddress(), 0),
                new InetSocketAddress(InMemoryPlanes.RIGHT.getAddress(), 0), Arrays.copyOf(packet, packet.length))));
    }

    private byte[] take() throws InterruptedException {
        return planes.rightTun().take(Duration.ofSeconds(30)).orElseThrow(() -> new AssertionError(
                "nothing came; " + planes.left().plane().counters() + planes.right().plane().counters()));
    }

    private void awaitDrop(DropReason reason) throws InterruptedException {
        while (counter(planes.right().plane(), reason) == 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException(planes.right().plane().counters().toString());
            }
        }
    }

    private static long counter(DataPlane plane, DropReason reason) {
        return plane.counters().get(reason.counterName());
    }
}
