package io.vanth.dataplane.userspace.crypto;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vanth.dataplane.EspTransform;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Nothing but what was sealed with the key opens, and no bytes make an opener throw.
final class EspFuzzTest {
    private static final List<EspTransform> TRANSFORMS = EspRoundTripTest.transforms().toList();
    private static final List<Integer> REASONS = List.of(EspOpener.TOO_SHORT, EspOpener.BAD_ALIGNMENT,
            EspOpener.BAD_INTEGRITY, EspOpener.BAD_PADDING);
    private static final int MAX_LENGTH = 200;
    private static final int ROUNDS = 100_000;

    @FuzzTest
    void refusesAnyBytes(FuzzedDataProvider data) throws Exception {
        EspTransform transform = TRANSFORMS.get(data.consumeInt(0, TRANSFORMS.size() - 1));
        boolean extended = data.consumeBoolean();
        byte[] keys = new byte[transform.keyBytes()];
        new Random(1).nextBytes(keys);
        EspOpener opener = EspOpener.of(transform, extended, keys);
        while (data.remainingBytes() > 0) {
            assertTrue(REASONS.contains(open(opener, data.consumeLong(), data.consumeBytes(MAX_LENGTH))));
        }
    }

    /// From a seed, in every build: packets of every transform, cut, prolonged and damaged; after each forgery the
    /// authentic packet still opens.
    @Test
    void refusesEveryMutant() throws Exception {
        Random random = new Random(20260103);
        for (int round = 0; round < ROUNDS / (2 * TRANSFORMS.size()); round++) {
            for (EspTransform transform : TRANSFORMS) {
                refusesMutants(transform, round % 2 == 0, random);
            }
        }
    }

    private static void refusesMutants(EspTransform transform, boolean extended, Random random) throws Exception {
        byte[] keys = new byte[transform.keyBytes()];
        random.nextBytes(keys);
        EspSealer sealer = EspSealer.of(transform, extended, keys, new SecureRandom());
        EspOpener opener = EspOpener.of(transform, extended, keys);
        byte[] payload = new byte[random.nextInt(MAX_LENGTH)];
        random.nextBytes(payload);
        long sequence = random.nextLong();
        byte[] out = new byte[sealer.spaceFor(payload.length)];
        byte[] plain = Arrays.copyOf(payload, payload.length + EspSealer.TAILROOM);
        int length = sealer.seal(random.nextInt(), sequence, 4, plain, 0, payload.length, out, 0);
        byte[] packet = Arrays.copyOf(out, length);
        for (int mutant = 0; mutant < 2; mutant++) {
            byte[] damaged = Arrays.copyOf(packet, mutant == 0 ? length : random.nextInt(length + 40));
            int at = random.nextInt(Math.max(1, Math.min(length, damaged.length)));
            if (damaged.length > 0) {
                damaged[at] ^= (byte) (1 << random.nextInt(8));
            }
            assertTrue(REASONS.contains(open(opener, sequence, damaged)), () -> transform + " opened a forgery");
            byte[] opened = new byte[length + EspOpener.HEADROOM];
            assertEquals(payload.length, opener.open(sequence, packet, 0, length, opened, EspOpener.HEADROOM));
            assertArrayEquals(payload, Arrays.copyOfRange(opened, EspOpener.HEADROOM,
                    EspOpener.HEADROOM + payload.length));
        }
    }

    private static int open(EspOpener opener, long sequence, byte[] packet) throws Exception {
        return opener.open(sequence, packet, 0, packet.length, new byte[packet.length + EspOpener.HEADROOM],
                EspOpener.HEADROOM);
    }
}
