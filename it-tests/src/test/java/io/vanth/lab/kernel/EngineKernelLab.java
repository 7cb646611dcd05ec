package io.vanth.lab.kernel;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// The userspace engine and the Linux kernel exchange traffic in every combination and with every transform. Prints a
/// table of what became of each.
class EngineKernelLab {
    private static final Map<String, String> TABLE = new LinkedHashMap<>();
    private static final int WIRE_MTU = 1500;
    /// Leaves room for two tunnels.
    private static final int NESTED_MTU = 1300;
    /// Of IPv4 and UDP.
    private static final int HEADERS = 28;
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

    /// Packets that fit into the tunnel, and not with what is around them into the wire.
    @ParameterizedTest
    @EnumSource(Family.class)
    void outerPacketsComeInFragments(Family outer) throws Exception {
        Combination combination = new Combination(Protection.ESP, Mode.TUNNEL, outer, Family.IPV4, false, false);
        String row = combination + ", outer fragments";
        TABLE.put(row, "FAILED");
        Flow there = Flow.leftToRight(combination, Transforms.USUAL, Flow.AH);
        Flow back = Flow.rightToLeft(combination, Transforms.USUAL, Flow.AH);
        try (Wire wire = Wire.create();
                Host engine = new EngineHost(wire.left(), WIRE_MTU);
                Host kernel = new KernelHost(wire.right())) {
            kernel.protect(back, there);
            engine.protect(there, back);
            List<Integer> sizes = List.of(1440, 1460, WIRE_MTU - HEADERS, 4000);
            Datagrams.exchange(engine, combination.left(), kernel, combination.right(), sizes, false);
            for (Host host : List.of(engine, kernel)) {
                String joined = host.namespace().command("nstat", "-asz", "IpReasmOKs", "Ip6ReasmOKs");
                Matcher counts = Pattern.compile("Ip6?ReasmOKs +(\\d+)").matcher(joined);
                int packets = counts.results().mapToInt(count -> Integer.parseInt(count.group(1))).sum();
                assertTrue(packets >= sizes.size() - 1, joined);
            }
            TABLE.put(row, "passed");
        }
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
                Host engine = new EngineHost(wire.left(),
                        combination.protection().isNested() ? NESTED_MTU : EngineHost.MTU);
                Host kernel = new KernelHost(wire.right())) {
            kernel.protect(back, there);
            engine.protect(there, back);
            Datagrams.exchange(engine, combination.left(), kernel, combination.right(), sizes, true);
            TABLE.put(row, "passed");
        }
    }

    @AfterAll
    static void printTable() {
        TABLE.forEach((row, result) -> System.out.printf("[lab] engine and kernel, %-46s %s%n", row, result));
    }
}
