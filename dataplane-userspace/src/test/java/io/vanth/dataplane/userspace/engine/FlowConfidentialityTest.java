package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
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

/// Padding and dummy packets, RFC 4303 sections 2.6 and 2.7, as the wire shows them.
@Timeout(60)
final class FlowConfidentialityTest {
    private static final EspTransform CBC = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96);
    private static final EspTransform GCM = EspTransform.aead(Cipher.AES_GCM_16, 128);

    private final Queue<InMemoryNetwork.Datagram> seen = new ConcurrentLinkedQueue<>();
    private InMemoryPlanes planes;

    @BeforeEach
    void open() throws Exception {
        planes = new InMemoryPlanes();
        planes.network().tap(seen::add);
    }

    @AfterEach
    void close() {
        planes.close();
    }

    private Layering layering(Layering.Step step, FlowConfidentiality flow) {
        return new Layering(planes, false, "10.1.0.0/16", "10.2.0.0/16", List.of(step))
                .outer(OuterHeader.DEFAULT.with(flow));
    }

    /// Inner packets of all lengths; the longest that are padded to is the MTU.
    @ParameterizedTest
    @CsvSource({"600, true", "600, false", "65535, true", "65535, false"})
    void packetsOfAllLengthsLookAlike(int padTo, boolean inUdp) throws Exception {
        layering(new Layering.Step(inUdp ? GCM : CBC, Mode.TUNNEL, inUdp), new FlowConfidentiality(padTo, 0)).install();
        int longest = Math.min(padTo, InMemoryPlanes.MTU);
        Random random = new Random(padTo);
        for (int length = 28; length <= longest; length += 1 + random.nextInt(40)) {
            byte[] packet = packet(length);
            planes.leftTun().inject(packet);
            assertArrayEquals(packet, take());
        }
        assertEquals(1, lengths().size(), "lengths on the wire: " + lengths());
        byte[] longer = packet(Math.min(longest + 100, InMemoryPlanes.MTU));
        planes.leftTun().inject(longer);
        assertArrayEquals(longer, take());
        assertEquals(longer.length > longest ? 2 : 1, lengths().size());
    }

    @Test
    void silenceIsFilledWithDummiesOfTheSameLength() throws Exception {
        layering(new Layering.Step(GCM, Mode.TUNNEL, true), new FlowConfidentiality(500, 20)).install();
        byte[] packet = packet(60);
        for (int second = 1; second <= 3; second++) {
            for (int count = 0; count < 5; count++) {
                planes.leftTun().inject(packet);
                assertArrayEquals(packet, take());
            }
            planes.advance(Duration.ofSeconds(1));
            await("dropped_inbound_dummy", second * 15L);
        }
        assertEquals(1, lengths().size(), "lengths on the wire: " + lengths());
        assertEquals(45, planes.left().plane().counters().get("dummies_sent"));
        assertTrue(planes.rightTun().take(Duration.ZERO).isEmpty(), "no dummy is delivered");
        assertEquals(15, planes.left().plane().associations().toCompletableFuture().get().stream()
                .filter(each -> each.id().destination().equals(InMemoryPlanes.RIGHT.getAddress())).findFirst()
                .orElseThrow().counters().packets(), "dummies carry nothing");
    }

    @Test
    void transportModeCannot() {
        Layering layering = layering(new Layering.Step(GCM, Mode.TRANSPORT, true), new FlowConfidentiality(500, 0));
        ExecutionException refused = assertThrows(ExecutionException.class, () -> layering.connect(true));
        assertTrue(refused.getMessage().contains("by ESP in tunnel mode only"), refused.getMessage());
    }

    private static byte[] packet(int length) {
        return InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[length - 28]);
    }

    private byte[] take() throws InterruptedException {
        return planes.rightTun().take(Duration.ofSeconds(30)).orElseThrow(() -> new AssertionError(
                "nothing came; " + planes.left().plane().counters() + planes.right().plane().counters()));
    }

    private void await(String counter, long value) throws InterruptedException {
        while (planes.right().plane().counters().get(counter) < value) {
            if (Thread.interrupted()) {
                throw new InterruptedException(planes.left().plane().counters().toString());
            }
        }
    }

    private Set<Integer> lengths() {
        return seen.stream().map(each -> each.payload().length).collect(Collectors.toCollection(HashSet::new));
    }
}
