package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.SaDatabase;
import io.vanth.dataplane.userspace.wire.PacketView;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// What it costs to find the policy or the SA of a packet among 10 and among 10,000. No test, and part of no build:
/// `it-tests/bin/lookup-benchmark` runs it. Times are the best iteration's of alternating rounds, for machines with other
/// work to do.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 30, time = 20, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = {"-Xmx512m", "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow"})
public class LookupBenchmark {
    private static final int ROUNDS = 3;
    private static final int CACHED_FLOWS = 256;
    /// Four times what the cache holds: what comes again was forgotten.
    private static final int FRESH_FLOWS = 16_384;
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /// How many policies or SAs there are.
    @Param({"10", "100", "1000", "10000"})
    private int entries;

    /// How many of them have packets.
    @Param({"10", "all"})
    private String busy = "";

    private final FlowCache cache = new FlowCache(true);
    private final SecuredPacket packet = new SecuredPacket();
    private LookupTables tables;
    private PolicyDatabase alike;
    private PolicyDatabase different;
    private PacketView[] cached;
    private PacketView[] fresh;
    private SaDatabase associations;
    private byte[] headers;
    private int next;

    /// Made by JMH.
    public LookupBenchmark() {}

    /// The tables, and packets for them.
    @Setup
    public void prepare() throws Exception {
        tables = new LookupTables(entries);
        int targets = busy.equals("all") ? entries : Integer.parseInt(busy);
        alike = tables.policies(1);
        different = tables.policies(LookupTables.SHAPES);
        cached = tables.packets(CACHED_FLOWS, targets);
        fresh = tables.packets(FRESH_FLOWS, targets);
        associations = new SaDatabase(new SecureRandom());
        associations.install(tables.associations());
        headers = tables.headers(FRESH_FLOWS, targets);
    }

    /// The packets of a few flows.
    @Benchmark
    public PolicyRule cachedFlow() {
        return cache.find(alike, cached[++next & CACHED_FLOWS - 1]);
    }

    /// The first packets of flows, where the selectors are alike: networks of one size.
    @Benchmark
    public PolicyRule freshFlow() {
        return cache.find(alike, fresh[++next & FRESH_FLOWS - 1]);
    }

    /// The first packets of flows, where the networks are of eight sizes.
    @Benchmark
    public PolicyRule freshFlowOf8Sizes() {
        return cache.find(different, fresh[++next & FRESH_FLOWS - 1]);
    }

    /// ESP packets in UDP.
    @Benchmark
    public InboundSa inboundSa() {
        packet.readHeadless(headers, (++next & FRESH_FLOWS - 1) * LookupTables.HEADER, LookupTables.HEADER);
        return associations.inbound(packet, tables.transport());
    }

    /// Policies one after the other.
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 2)
    @Measurement(iterations = 3)
    public PolicyDatabase policiesAdded() {
        return tables.policies(1);
    }

    /// SAs one after the other.
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 2)
    @Measurement(iterations = 3)
    public SaDatabase associationsAdded() {
        SaDatabase database = new SaDatabase(new SecureRandom());
        tables.associations().forEach(each -> database.install(List.of(each)));
        return database;
    }

    @Test
    void printsTheTable() throws Exception {
        Map<String, Map<Integer, Double>> rows = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            collect(new Runner(new OptionsBuilder().include(LookupBenchmark.class.getName() + ".*")
                    .addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT).build()).run(), rows);
        }
        System.out.printf("%-48s %9s %9s %9s %9s   %s%n", "ns; B allocated", 10, 100, 1000, 10_000, "10000 : 10");
        rows.forEach((name, row) -> System.out.printf("%-48s %9.1f %9.1f %9.1f %9.1f   %.2f%n", name, row.get(10),
                row.get(100), row.get(1000), row.get(10_000), row.get(10_000) / row.get(10)));
    }

    private static void collect(Collection<RunResult> results, Map<String, Map<Integer, Double>> rows) {
        for (RunResult result : results) {
            String name = "%s, %s busy".formatted(result.getPrimaryResult().getLabel(),
                    result.getParams().getParam("busy"));
            int size = Integer.parseInt(result.getParams().getParam("entries"));
            rows.computeIfAbsent(name, made -> new TreeMap<>()).merge(size,
                    result.getPrimaryResult().getStatistics().getMin(), Math::min);
            rows.computeIfAbsent(name + ", allocated", made -> new TreeMap<>()).merge(size,
                    result.getSecondaryResults().get(ALLOCATION).getScore(), Math::min);
        }
    }
}
