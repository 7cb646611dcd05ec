package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.wire.AuthenticationHeader;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// SAs without selectors of their own: the policies say which packets come through them.
@Timeout(60)
final class PolicySelectorsTest {
    private static final EspTransform ESP = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96);
    private static final String LEFT_NET = "10.1.0.0/16";
    private static final String RIGHT_NET = "10.2.0.0/16";
    private static final String MORE = "10.3.0.0/16";

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

    @Test
    void onlyWhatAPolicyOfItsGroupDecidesAboutComesIn() throws Exception {
        new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL))).byPolicy().install();
        Policy.Action protect = Policy.Protect.espTunnel(Layering.GROUP, false);
        planes.left().plane().addPolicy(new Policy("more", 2, pair(LEFT_NET, MORE), protect)).toCompletableFuture()
                .get();
        byte[] other = InnerPackets.udp("10.1.0.1", 7, "10.3.0.1", 7, new byte[40]);
        byte[] packet = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[40]);
        planes.leftTun().inject(other);
        awaitDrop(DropReason.INBOUND_SELECTOR_MISMATCH, 1);
        planes.leftTun().inject(packet);
        assertSame(packet);
        planes.right().plane().addPolicy(new Policy("more", 2, pair(MORE, LEFT_NET), protect)).toCompletableFuture()
                .get();
        planes.leftTun().inject(other);
        assertSame(other);
        planes.right().plane().addPolicy(new Policy("clear", 0, pair(MORE, LEFT_NET), new Policy.Bypass()))
                .toCompletableFuture().get();
        planes.leftTun().inject(other);
        awaitDrop(DropReason.INBOUND_SELECTOR_MISMATCH, 2);
    }

    /// As setkey's levels have it: what may be missing may be missing from each packet.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOuterLayerIsAsNecessaryAsThePolicySays(boolean required) throws Exception {
        planes.network().impair(new InMemoryNetwork.Impairment(1, 0, 0));
        planes.network().tap(caught::add);
        Layering layering = new Layering(planes, false, LEFT_NET, RIGHT_NET, List.of(Layering.raw(ESP, Mode.TUNNEL),
                Layering.ah(Integrity.HMAC_SHA1_96, Mode.TRANSPORT))).byPolicy();
        layering.addPolicies(true);
        layering.connect(true);
        planes.right().plane().removePolicy("layers").toCompletableFuture().get();
        planes.right().plane().addPolicy(new Policy("again", 1, pair(RIGHT_NET, LEFT_NET), new Policy.Protect(
                Layering.GROUP, List.of(Layer.required(SecurityProtocol.ESP, Mode.TUNNEL),
                        new Layer(SecurityProtocol.AH, Mode.TRANSPORT, Optional.empty(), required)),
                false))).toCompletableFuture().get();
        byte[] packet = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[40]);
        planes.leftTun().inject(packet);
        byte[] whole = caught.poll(30, TimeUnit.SECONDS).payload();
        deliver(withoutAh(whole));
        if (required) {
            awaitDrop(DropReason.INBOUND_LAYER_MISSING, 1);
        } else {
            assertSame(packet);
        }
    }

    private static byte[] withoutAh(byte[] whole) {
        int ah = Ipv4Header.MIN_LENGTH;
        assertEquals(IpProtocol.AH, Ipv4Header.protocol(whole, 0));
        int length = AuthenticationHeader.length(whole, ah);
        byte[] stripped = new byte[whole.length - length];
        System.arraycopy(whole, 0, stripped, 0, ah);
        System.arraycopy(whole, ah + length, stripped, ah, stripped.length - ah);
        stripped[Ipv4Header.PROTOCOL_OFFSET] = IpProtocol.ESP;
        NetworkOrder.put16(stripped, Ipv4Header.TOTAL_LENGTH_OFFSET, stripped.length);
        Ipv4Header.writeChecksum(stripped, 0);
        return stripped;
    }

    private static TrafficPair pair(String local, String remote) {
        return new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote));
    }

    private void deliver(byte[] packet) {
        assertTrue(planes.network().deliver(new InMemoryNetwork.Datagram(
                new InetSocketAddress(InMemoryPlanes.LEFT.getAddress(), 0),
                new InetSocketAddress(InMemoryPlanes.RIGHT.getAddress(), 0), packet)));
    }

    private void assertSame(byte[] packet) throws InterruptedException {
        assertArrayEquals(packet, planes.rightTun().take(Duration.ofSeconds(30))
                .orElseThrow(() -> new AssertionError(planes.right().plane().counters().toString())));
    }

    private void awaitDrop(DropReason reason, long count) throws InterruptedException {
        while (planes.right().plane().counters().get(reason.counterName()) < count) {
            if (Thread.interrupted()) {
                throw new InterruptedException(planes.right().plane().counters().toString());
            }
        }
    }
}
