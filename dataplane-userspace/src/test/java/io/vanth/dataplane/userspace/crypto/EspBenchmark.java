package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Collection;
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
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// What ESP costs beyond its cipher: a packet of 1400 bytes sealed and opened by this package, and by the bare calls of
/// the same provider. No test, and part of no build: `it-tests/bin/cipher-benchmark` runs it. Times are the best
/// iteration's, for machines with other work to do.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 40, time = 25, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = {"-Xmx512m", "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow"})
public class EspBenchmark {
    private static final int PAYLOAD = 1400;
    private static final int ROOM = 2048;
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /// The transforms as `cipher/key bits[/integrity]`.
    @Param({"AES_GCM_16/128", "AES_GCM_16/256", "AES_GCM_8/128", "AES_GMAC/128", "AES_CCM_16/128",
            "AES_CTR/128/HMAC_SHA2_256_128", "AES_CBC/128/HMAC_SHA1_96", "AES_CBC/128/HMAC_SHA2_256_128",
            "AES_CBC/256/HMAC_SHA2_512_256", "AES_CBC/128/AES_XCBC_96", "NULL/0/HMAC_SHA2_256_128",
            "TRIPLE_DES_CBC/192/HMAC_SHA1_96", "DES_CBC/64/HMAC_MD5_96", "BLOWFISH_CBC/128/HMAC_SHA1_96",
            "CAST_CBC/128/HMAC_SHA1_96", "CAMELLIA_CBC/128/HMAC_SHA1_96"})
    private String transform = "";

    private final byte[] plain = new byte[ROOM];
    private final byte[] packet = new byte[ROOM];
    private final byte[] out = new byte[ROOM];
    private EspSealer sealer;
    private EspOpener opener;
    private BareCalls.Call bareSeal;
    private BareCalls.Call bareOpen;
    private int length;
    private long sequence;

    /// Made by JMH.
    public EspBenchmark() {}

    /// An SA, and a packet to open.
    @Setup
    public void prepare() throws GeneralSecurityException {
        String[] parts = transform.split("/", -1);
        Cipher cipher = Cipher.valueOf(parts[0]);
        int keyBits = Integer.parseInt(parts[1]);
        EspTransform chosen = parts.length == 2
                ? EspTransform.aead(cipher, keyBits)
                : EspTransform.of(cipher, keyBits, Integrity.valueOf(parts[2]));
        byte[] keys = new byte[chosen.keyBytes()];
        sealer = EspSealer.of(chosen, keys, new SecureRandom());
        opener = EspOpener.of(chosen, keys);
        length = sealer.seal(1, 1, 4, plain, 0, PAYLOAD, packet, 0);
        BareCalls bare = new BareCalls(length - 8 - cipher.ivBytes() - chosen.icvBytes());
        bareSeal = bare.of(chosen, true);
        bareOpen = new BareCalls(length - 8 - cipher.ivBytes() - chosen.icvBytes()).of(chosen, false);
        sequence = 1;
    }

    /// This package.
    @Benchmark
    public int seal() throws GeneralSecurityException {
        return sealer.seal(1, ++sequence, 4, plain, 0, PAYLOAD, out, 0);
    }

    /// This package.
    @Benchmark
    public int open() throws GeneralSecurityException {
        return opener.open(packet, 0, length, out, EspOpener.HEADROOM);
    }

    /// The provider alone.
    @Benchmark
    public int sealBare() throws GeneralSecurityException {
        return bareSeal.run();
    }

    /// The provider alone.
    @Benchmark
    public int openBare() throws GeneralSecurityException {
        return bareOpen.run();
    }

    @Test
    void printsTheTable() throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder().include(EspBenchmark.class.getName() + ".*")
                .addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT);
        String only = System.getenv().getOrDefault("VANTH_BENCHMARK_TRANSFORMS", "");
        if (!only.isEmpty()) {
            options.param("transform", only.split(","));
        }
        print(new Runner(options.build()).run());
    }

    private static void print(Collection<RunResult> results) {
        Map<String, Map<String, RunResult>> rows = new TreeMap<>();
        for (RunResult result : results) {
            rows.computeIfAbsent(result.getParams().getParam("transform"), made -> new TreeMap<>())
                    .put(result.getPrimaryResult().getLabel(), result);
        }
        System.out.printf("%-34s %33s   %33s%n", "1400 bytes; ns and B a packet",
                "seal: ours cipher ratio  B  cipher B",
                "open: ours cipher ratio  B  cipher B");
        rows.forEach((transform, row) -> System.out.printf("%-34s %s   %s%n", transform,
                compared(row.get("seal"), row.get("sealBare")), compared(row.get("open"), row.get("openBare"))));
    }

    private static String compared(RunResult ours, RunResult bare) {
        double time = ours.getPrimaryResult().getStatistics().getMin();
        double bareTime = bare.getPrimaryResult().getStatistics().getMin();
        return "%8.0f %8.0f %5.2f %6.0f %6.0f".formatted(time, bareTime, time / bareTime, allocated(ours),
                allocated(bare));
    }

    private static double allocated(RunResult result) {
        return result.getSecondaryResults().get(ALLOCATION).getScore();
    }
}
