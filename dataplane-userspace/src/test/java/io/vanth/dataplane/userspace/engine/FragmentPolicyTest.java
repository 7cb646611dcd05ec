package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Fragments and policies about ports, which later fragments do not show: RFC 4301 section 7.
@Timeout(60)
final class FragmentPolicyTest {
    private static final EspTransform ESP = EspTransform.aead(Cipher.AES_GCM_16, 256);
    private static final String LEFT_NET = "10.1.0.0/16";
    private static final String RIGHT_NET = "10.2.0.0/16";
    private static final int HEADER = Ipv4Header.MIN_LENGTH;
    private static final int FRAGMENT = 1200;
    private static final int SECRET = 7;
    private static final int PUBLIC = 8;

    private final BlockingQueue<InMemoryNetwork.Datagram> wire = new LinkedBlockingQueue<>();
    private InMemoryPlanes planes;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
        planes.network().tap(wire::add);
    }

    @AfterEach
    void close() {
        planes.close();
    }

    @Test
    void noFragmentOfAProtectedPortPassesByAWiderBypass() throws Exception {
        protectPort();
        addBehind(new Policy.Bypass());
        byte[] secret = packet(SECRET);
        byte[] clear = packet(PUBLIC);
        injectFragments(secret, 1);
        injectFragments(clear, 2);
        assertArrayEquals(payload(secret), payload(take()));
        assertEquals(List.of(IpProtocol.ESP, IpProtocol.UDP), List.of(protocolOnWire(), protocolOnWire()));
        assertEquals(1, planes.left().plane().counters().get("outbound_packets"), "one packet, whole");
        assertEquals(1, planes.left().plane().counters().get("bypassed_packets"));
        assertTrue(wire.isEmpty(), "and nothing else is on the wire");
    }

    @Test
    void fragmentsOfAProtectedPortAreProtectedWhereNothingElseIsForThem() throws Exception {
        protectPort();
        byte[] secret = packet(SECRET);
        injectFragments(secret, 1);
        assertArrayEquals(payload(secret), payload(take()));
        assertEquals(0, counter(DropReason.OUTBOUND_NO_POLICY));
    }

    @Test
    void noFragmentOfADiscardedPortPassesByAWiderBypass() throws Exception {
        add(new Policy("no", 1, port(SECRET), new Policy.Discard()));
        addBehind(new Policy.Bypass());
        injectFragments(packet(SECRET), 1);
        byte[] clear = packet(PUBLIC);
        injectFragments(clear, 2);
        assertEquals(IpProtocol.UDP, protocolOnWire());
        assertTrue(wire.isEmpty());
        assertEquals(1, counter(DropReason.OUTBOUND_POLICY_DISCARD));
    }

    private void protectPort() throws Exception {
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL))).port(SECRET)
                .install();
    }

    private void addBehind(Policy.Action action) throws Exception {
        add(new Policy("behind", 9, new TrafficPair(TrafficSelector.parse(LEFT_NET), TrafficSelector.parse(RIGHT_NET)),
                action));
    }

    private void add(Policy policy) throws Exception {
        planes.left().plane().addPolicy(policy).toCompletableFuture().get();
    }

    private static TrafficPair port(int port) {
        return new TrafficPair(TrafficSelector.parse(LEFT_NET),
                new TrafficSelector(AddressRange.parse(RIGHT_NET), IpProtocol.UDP, port, port));
    }

    private static byte[] packet(int port) {
        byte[] noise = new byte[3000];
        new Random(port).nextBytes(noise);
        return InnerPackets.udp("10.1.0.1", port, "10.2.0.1", port, noise);
    }

    private void injectFragments(byte[] packet, int identification) {
        for (int at = HEADER; at < packet.length; at += FRAGMENT) {
            int end = Math.min(packet.length, at + FRAGMENT);
            byte[] fragment = new byte[HEADER + end - at];
            System.arraycopy(packet, 0, fragment, 0, HEADER);
            System.arraycopy(packet, at, fragment, HEADER, end - at);
            NetworkOrder.put16(fragment, Ipv4Header.TOTAL_LENGTH_OFFSET, fragment.length);
            NetworkOrder.put16(fragment, Ipv4Header.IDENTIFICATION_OFFSET, identification);
            NetworkOrder.put16(fragment, Ipv4Header.FRAGMENT_OFFSET,
                    (at - HEADER) / 8 | (end < packet.length ? Ipv4Header.MORE_FRAGMENTS : 0));
            Ipv4Header.writeChecksum(fragment, 0);
            assertTrue(planes.leftTun().inject(fragment));
        }
    }

    private static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, HEADER, packet.length);
    }

    private int protocolOnWire() throws InterruptedException {
        var datagram = wire.poll(30, java.util.concurrent.TimeUnit.SECONDS);
        assertTrue(datagram != null, () -> planes.left().plane().counters().toString());
        return Ipv4Header.protocol(datagram.payload(), 0);
    }

    private byte[] take() throws InterruptedException {
        return planes.rightTun().take(Duration.ofSeconds(30)).orElseThrow(() -> new AssertionError(
                "nothing came; " + planes.left().plane().counters() + planes.right().plane().counters()));
    }

    private long counter(DropReason reason) {
        return planes.left().plane().counters().get(reason.counterName());
    }
}
