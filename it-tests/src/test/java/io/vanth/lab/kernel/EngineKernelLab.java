package io.vanth.lab.kernel;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The userspace engine and the Linux kernel exchange traffic in every combination and with every transform. Prints a
/// table of what became of each.
class EngineKernelLab {
    private static final Map<String, String> TABLE = new LinkedHashMap<>();
    private static Capabilities capabilities;

    @BeforeAll
    static void ask() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create(); EngineHost engine = new EngineHost(namespace)) {
            capabilities = engine.capabilities();
        }
    }

    @ParameterizedTest
    @MethodSource("io.vanth.lab.kernel.Combination#all")
    void exchangesWithTheKernel(Combination combination) throws Exception {
        exchange(combination.toString(), combination, Transforms.USUAL, Flow.AH, Datagrams.allSizes());
    }

    @ParameterizedTest
    @MethodSource("io.vanth.lab.kernel.Transforms#all")
    void understandsTheKernelsTransform(EspTransform transform) throws Exception {
        exchange(name(transform), Combination.USUAL, transform, Flow.AH, Datagrams.someSizes());
    }

    @ParameterizedTest
    @MethodSource("io.vanth.lab.kernel.Transforms#extended")
    void understandsTheKernelsExtendedNumbers(EspTransform transform) throws Exception {
        exchange(name(transform) + ", ESN", Combination.EXTENDED, transform, Flow.AH, Datagrams.someSizes());
    }

    @ParameterizedTest
    @MethodSource("io.vanth.lab.kernel.Transforms#ofAh")
    void understandsTheKernelsAh(AhTransform transform) throws Exception {
        exchange("AH " + transform.algorithm(), Combination.AH, Transforms.USUAL, transform, Datagrams.someSizes());
    }

    private static String name(EspTransform transform) {
        return "%s %d%s".formatted(transform.cipher(), transform.keyBits(),
                transform.integrity().map(each -> " " + each).orElse(""));
    }

    private static void exchange(String row, Combination combination, EspTransform transform, AhTransform ah,
            List<Integer> sizes) throws Exception {
        Optional<String> obstacle = Obstacles.of(capabilities, combination, transform);
        TABLE.put(row, obstacle.map("not yet: "::concat).orElse("FAILED"));
        Assumptions.assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
        Flow there = Flow.leftToRight(combination, transform, ah);
        Flow back = Flow.rightToLeft(combination, transform, ah);
        try (Wire wire = Wire.create();
                Host engine = new EngineHost(wire.left());
                Host kernel = new KernelHost(wire.right())) {
            kernel.protect(back, there);
            engine.protect(there, back);
            Datagrams.exchange(engine, combination.left(), kernel, combination.right(), sizes);
            TABLE.put(row, "passed");
        }
    }

    @AfterAll
    static void printTable() {
        TABLE.forEach((row, result) -> System.out.printf("[lab] engine and kernel, %-46s %s%n", row, result));
    }
}
