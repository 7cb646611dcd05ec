package io.vanth.dataplane.userspace.engine;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Nothing that comes to the socket, sealed by a peer that holds the key or not, stops the engine or passes for what it
/// is not.
final class InboundFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final int MAX_PAYLOAD = 200;

    @FuzzTest
    void survivesAnyDatagram(FuzzedDataProvider data) throws Exception {
        try (InMemoryPlanes planes = new InMemoryPlanes()) {
            LiveInbound peer = LiveInbound.gcm(planes);
            while (data.remainingBytes() > 0) {
                int length = data.consumeInt(0, MAX_PAYLOAD);
                if (data.consumeBoolean()) {
                    peer.deliver(data.consumeBytes(length));
                } else {
                    peer.deliver(peer.sealed(data.consumeInt(0, 255), data.consumeBytes(length)));
                }
            }
            assertEquals(0, errorsAfterDraining(planes, peer));
        }
    }

    /// The same from a seed, in every build: mutations of a good inner packet, sealed with the right key.
    @Test
    void survivesARoguePeer() throws Exception {
        Random random = new Random(20260102);
        try (InMemoryPlanes planes = new InMemoryPlanes()) {
            LiveInbound peer = new LiveInbound(planes,
                    EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA2_256_128));
            byte[] good = LiveInbound.goodPacket("to be damaged");
            for (int round = 0; round < ROUNDS; round++) {
                byte[] mutant = Arrays.copyOf(good, random.nextInt(good.length + 20));
                for (int change = random.nextInt(4); change > 0 && mutant.length > 0; change--) {
                    mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
                }
                byte[] datagram = peer.sealed(random.nextInt(4) == 0 ? random.nextInt(256) : 4, mutant);
                if (random.nextInt(8) == 0) {
                    datagram[random.nextInt(datagram.length)] ^= (byte) (1 << random.nextInt(8));
                }
                peer.deliver(datagram);
                if (round % 1000 == 0) {
                    assertEquals(0, errorsAfterDraining(planes, peer));
                }
            }
            assertEquals(0, errorsAfterDraining(planes, peer));
        }
    }

    /// Drains the TUN device up to a packet that is sent now, by which all before it has been dealt with.
    private static long errorsAfterDraining(InMemoryPlanes planes, LiveInbound peer) throws Exception {
        byte[] end = LiveInbound.goodPacket("the end of this round");
        peer.deliver(peer.sealed(4, end));
        byte[] packet = {};
        while (!Arrays.equals(packet, end)) {
            packet = planes.right().inner().take(Duration.ofSeconds(30)).orElseThrow();
        }
        return peer.counter(DropReason.INTERNAL_ERROR);
    }
}
