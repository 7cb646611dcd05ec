package io.vanth.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What Vanth carries beside what others carry, in alternating rounds of one run. Started by `it-tests/bin/benchmark` and
/// `it-tests/bin/packet-benchmark`; its name keeps it out of the ordinary build, and no figure fails it.
@InLab
final class Benchmark {
    private static final int ROUNDS = setting("VANTH_BENCHMARK_ROUNDS", 3);
    private static final int SECONDS = setting("VANTH_BENCHMARK_SECONDS", 10);
    private static final int SMALL = 64;
    private static final int SMALL_SECONDS = 2;
    /// Enough to fill the batches that the compiler is to see, whether or not all arrive.
    private static final int WARM_UP_RATE = 100_000;
    private static final int WARM_UP_SECONDS = 10;

    private static int setting(String name, int otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    @Test
    void throughput() {
        System.out.printf("one TCP stream, %d s a round, Mbit/s%n", SECONDS);
        compare("throughput", traffic -> traffic.throughput(SECONDS));
    }

    @Test
    void packets() {
        System.out.printf("UDP datagrams of %d bytes, one way, a second, at most 1 %% lost%n", SMALL);
        compare("packets", Benchmark::mostPackets);
    }

    private static double mostPackets(Traffic traffic) {
        traffic.datagrams(WARM_UP_RATE, SMALL, WARM_UP_SECONDS);
        return RateSearch.best(rate -> traffic.datagrams(rate, SMALL, SMALL_SECONDS));
    }

    private static void compare(String what, ToDoubleFunction<Traffic> meter) {
        List<Contender> contenders = Contender.present();
        Map<Contender, List<Double>> figures = new EnumMap<>(Contender.class);
        print("round", contenders, "%16s", Contender::title);
        for (int round = 1; round <= ROUNDS; round++) {
            Map<Contender, Double> row = new EnumMap<>(Contender.class);
            for (Contender each : contenders) {
                row.put(each, measure("%s-%s-%d".formatted(what, each.title(), round), each, meter));
                figures.computeIfAbsent(each, first -> new ArrayList<>()).add(row.get(each));
            }
            print(Integer.toString(round), contenders, "%16.0f", row::get);
        }
        Map<Contender, Double> medians = figures.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> median(entry.getValue())));
        print("median", contenders, "%16.0f", medians::get);
        print("ratio", contenders, "%16.2f", each -> medians.get(Contender.VANTH) / medians.get(each));
    }

    private static double measure(String name, Contender contender, ToDoubleFunction<Traffic> meter) {
        try (Lab lab = Lab.in(Path.of("target", "labs", "Benchmark", name).toAbsolutePath())) {
            Topology net = lab.siteToSite();
            contender.bringUp(net, net.link());
            Stream.of(net.a(), net.b()).map(Site::gateway).forEach(Benchmark::normalPriority);
            return meter.applyAsDouble(net.traffic(net.link()));
        }
    }

    /// Other labs prefer charon to what else runs; here all are equal. Each thread has a priority of its own.
    private static void normalPriority(Namespace gateway) {
        Command.of("sh", "-ec", """
            for process in $(ip netns pids "$0"); do
                for thread in /proc/$process/task/*; do renice -n 0 -p "${thread##*/}" > /dev/null; done
            done
            """, gateway.name()).run();
    }

    private interface Column {
        Object of(Contender contender);
    }

    private static void print(String row, List<Contender> contenders, String format, Column column) {
        System.out.println(contenders.stream().map(each -> format.formatted(column.of(each)))
                .collect(Collectors.joining(" ", "%-8s".formatted(row), "")));
    }

    private static double median(List<Double> figures) {
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
