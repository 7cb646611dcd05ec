package io.vanth.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// TCP throughput through the userspace ESP of Vanth and of strongSwan, in alternating rounds of one run. Started by
/// `it-tests/bin/benchmark`; its name keeps it out of the ordinary build, and no figure fails it.
@InLab
final class Benchmark {
    private static final int ROUNDS = setting("VANTH_BENCHMARK_ROUNDS", 3);
    private static final int SECONDS = setting("VANTH_BENCHMARK_SECONDS", 10);

    private static int setting(String name, int otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    @Test
    void throughput() {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        System.out.printf("one TCP stream, ESP in UDP, AES-128-GCM, %d s a round%n", SECONDS);
        System.out.printf("%-8s %18s %24s %8s%n", "round", "Vanth, Mbit/s", "strongSwan, Mbit/s", "ratio");
        for (int round = 1; round <= ROUNDS; round++) {
            ours.add(measure("vanth-" + round, Benchmark::vanth));
            theirs.add(measure("strongswan-" + round, Benchmark::strongSwan));
            print("%d".formatted(round), ours.getLast(), theirs.getLast());
        }
        print("median", median(ours), median(theirs));
    }

    private interface Peers {
        void bringUp(Topology net, Link link);
    }

    private static double measure(String name, Peers peers) {
        try (Lab lab = Lab.in(Path.of("target", "labs", "Benchmark", name).toAbsolutePath())) {
            Topology net = lab.siteToSite();
            Link link = net.link();
            peers.bringUp(net, link);
            return net.traffic(link).throughput(SECONDS);
        }
    }

    private static void vanth(Topology net, Link link) {
        net.b().vanth(net.atB(link));
        net.a().vanth(link).up(link);
    }

    private static void strongSwan(Topology net, Link link) {
        net.b().strongSwan(net.atB(link));
        net.a().strongSwan(link).up(link);
    }

    private static void print(String round, double ours, double theirs) {
        System.out.printf("%-8s %18.0f %24.0f %8.2f%n", round, ours, theirs, ours / theirs);
    }

    private static double median(List<Double> figures) {
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
