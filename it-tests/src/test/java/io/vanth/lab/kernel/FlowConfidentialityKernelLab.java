package io.vanth.lab.kernel;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.RawIpSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Padding against traffic analysis: the kernel takes ours, and its dummies; we take its padding (`XFRMA_TFCPAD`). Raw
/// sockets for ESP, which see what comes before anybody opens it, show packets of one length.
class FlowConfidentialityKernelLab {
    private static final int PADDED = 1000;
    private static final int PACKETS_PER_SECOND = 50;
    private static final int ANY_MARK = 0;
    /// Of IPv4 and UDP.
    private static final int HEADERS = 28;
    private static final long PAUSE_NANOS = 1_000_000;

    @ParameterizedTest
    @EnumSource(value = Cipher.class, names = {"AES_GCM_16", "AES_CBC"})
    void packetsOfAllLengthsLookAlikeBothWays(Cipher cipher) throws Exception {
        EspTransform transform = cipher == Cipher.AES_CBC
                ? EspTransform.of(cipher, 128, Integrity.HMAC_SHA1_96)
                : Transforms.USUAL;
        Combination combination = new Combination(Protection.ESP, Mode.TUNNEL, Family.IPV4, Family.IPV4, false, false);
        Flow there = Flow.leftToRight(combination, transform, Flow.AH);
        Flow back = Flow.rightToLeft(combination, transform, Flow.AH);
        OuterHeader outer = OuterHeader.DEFAULT.with(new FlowConfidentiality(PADDED, PACKETS_PER_SECOND));
        try (Wire wire = Wire.create();
                RawIpSocket left = wire.left().call(() -> RawIpSocket.open(ANY_MARK));
                RawIpSocket right = wire.right().call(() -> RawIpSocket.open(ANY_MARK));
                EngineHost engine = new EngineHost(wire.left(), outer);
                Host kernel = new KernelHost(wire.right(), PADDED)) {
            kernel.protect(back, there);
            engine.protect(there, back);
            exchange(engine, kernel, combination);
            // They fill up what is sent less often than that, so nothing else is until one has been seen.
            while (engine.counter("dummies_sent") == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            exchange(engine, kernel, combination);
            Set<Integer> ours = lengths(right);
            Set<Integer> kernels = lengths(left);
            assertEquals(1, ours.size(), "our lengths on the wire: " + ours);
            assertEquals(ours, kernels);
            assertTrue(ours.iterator().next() > PADDED);
        }
        System.out.printf("[lab] engine and kernel, %-46s %s%n", "padding and dummies, " + cipher, "passed");
    }

    private static void exchange(Host engine, Host kernel, Combination combination) throws Exception {
        Datagrams.exchange(engine, combination.left(), kernel, combination.right(),
                List.of(1, 2, 3, 16, 17, 100, 500, 900, PADDED - HEADERS), true);
    }

    private static Set<Integer> lengths(RawIpSocket tap) throws Exception {
        PacketBatch batch = new PacketBatch(512, 1 << 20, 0, 0);
        Set<Integer> lengths = new HashSet<>();
        for (int got = tap.receive(batch); got > 0; got = tap.receive(batch)) {
            for (int index = 0; index < batch.count(); index++) {
                lengths.add(batch.length(index));
            }
            batch.clear();
        }
        return lengths;
    }
}
