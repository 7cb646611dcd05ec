package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// Nothing of this package allocates for a packet: what is allocated is what the bare calls of the provider do.
final class CipherAllocationTest {
    private static final int ROUNDS = 300;
    private static final int PAYLOAD = 1400;
    private static final int ROOM = 2048;

    static Stream<EspTransform> transforms() {
        Stream<EspTransform> ciphers = EspRoundTripTest.transforms()
                .filter(each -> each.keyBits() == each.cipher().keyBits().getFirst())
                .filter(each -> each.integrity().map(Integrity.HMAC_SHA1_96::equals).orElse(true));
        Stream<EspTransform> integrities = Stream.of(Integrity.values())
                .map(each -> EspTransform.of(Cipher.NULL, 0, each));
        return Stream.concat(ciphers, integrities).distinct();
    }

    @ParameterizedTest
    @MethodSource("transforms")
    void allocatesNoMoreThanTheProvider(EspTransform transform) throws Exception {
        byte[] keys = new byte[transform.keyBytes()];
        EspSealer sealer = EspSealer.of(transform, keys, new SecureRandom());
        EspOpener opener = EspOpener.of(transform, keys);
        byte[] plain = new byte[ROOM];
        byte[] out = new byte[ROOM];
        byte[][] packets = {new byte[ROOM], new byte[ROOM]};
        sealer.seal(1, 1, 4, plain, 0, PAYLOAD, packets[0], 0);
        int length = sealer.seal(1, 2, 4, plain, 0, PAYLOAD, packets[1], 0);
        long[] sequence = {2};
        int text = length - 8 - transform.cipher().ivBytes() - transform.icvBytes();
        long sealing = allocated(() -> sealer.seal(1, ++sequence[0], 4, plain, 0, PAYLOAD, out, 0));
        long opening = allocated(
                () -> opener.open(packets[(int) (++sequence[0] & 1)], 0, length, out, EspOpener.HEADROOM));
        assertNoMore("seal", sealing, allocated(new BareCalls(text).of(transform, true)));
        assertNoMore("open", opening, allocated(new BareCalls(text).of(transform, false)));
    }

    private static void assertNoMore(String what, long ours, long bare) {
        long more = (ours - bare) / ROUNDS;
        assertTrue(more <= 0, "%s: %d bytes a packet more than the provider's %d".formatted(what, more, bare / ROUNDS));
    }

    /// By reflection: this module does without the JDK's management modules.
    private static long allocated(BareCalls.Call call) throws Exception {
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        for (int round = 0; round < ROUNDS; round++) {
            call.run();
        }
        bytes.invoke(threads);
        long before = (long) bytes.invoke(threads);
        for (int round = 0; round < ROUNDS; round++) {
            call.run();
        }
        return (long) bytes.invoke(threads) - before;
    }
}
