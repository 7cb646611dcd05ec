package io.vanth.lab.kernel;

import io.vanth.dataplane.EspTransform;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The kernel talks to itself in every combination, and with every transform: what [EngineKernelLab] expects of it, it
/// can do.
class KernelXfrmKernelLab {
    private static Wire wire;

    /// One for all tests: most of the time would go into making it.
    @BeforeAll
    static void connect() throws Exception {
        wire = Wire.create();
    }

    @AfterAll
    static void disconnect() {
        wire.close();
    }

    @ParameterizedTest
    @MethodSource("io.vanth.lab.kernel.Combination#all")
    void exchanges(Combination combination) throws Exception {
        exchange(combination, Transforms.USUAL, Datagrams.allSizes());
    }

    @ParameterizedTest
    @MethodSource("io.vanth.lab.kernel.Transforms#all")
    void hasTransform(EspTransform transform) throws Exception {
        exchange(Combination.USUAL, transform, List.of(1, 1000, 3000));
    }

    private static void exchange(Combination combination, EspTransform transform, List<Integer> sizes)
            throws Exception {
        Flow there = Flow.leftToRight(combination, transform, Flow.AH);
        Flow back = Flow.rightToLeft(combination, transform, Flow.AH);
        try (Host left = new KernelHost(wire.left());
                Host right = new KernelHost(wire.right())) {
            left.protect(there, back);
            right.protect(back, there);
            Datagrams.exchange(left, combination.left(), right, combination.right(), sizes, true);
            wire.left().command("ping", "-c", "1", "-W", "20", "-I", combination.left(), combination.right());
        }
    }
}
