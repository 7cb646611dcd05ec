package io.vanth.lab.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Modules that the guest's kernel comes without, built once for each version of it: XFRM interfaces, and nftables with
/// the `inet` family.
final class ExtraModules {
    /// Those that are loaded at once, in the order in which they can be, after what they need.
    static final List<String> FILES = List.of("nf_tables.ko", "nft_fib.ko", "nft_fib_ipv4.ko",
            "nft_fib_ipv6.ko", "nft_fib_inet.ko", "xfrm_interface.ko");
    static final String NEEDED = "nfnetlink libcrc32c xfrm4_tunnel xfrm6_tunnel";
    private static final Path CACHE = Path.of("/var/cache/vanth/kernel-modules");
    private static final Path PROGRAM = Path.of(System.getProperty("vanth.home", ".."), "it-tests", "bin",
            "kernel-modules").toAbsolutePath().normalize();

    private static final String REQUIRED = "required";

    private ExtraModules() {}

    /// Whether labs in the guest have to fail for want of them, instead of being skipped: the guest itself requires all.
    static String required() {
        return REQUIRED.equals(System.getenv("VANTH_LABS")) ? REQUIRED : "";
    }

    /// Where they are; empty where they cannot be built, or are not there and labs are not required.
    static Optional<Path> folder(Path log) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(PROGRAM.toString(), CACHE.toString()));
        if (required().isEmpty()) {
            words.add("--built");
        }
        Process build = new ProcessBuilder(words).redirectError(log.toFile()).start();
        String printed = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int exit = build.waitFor();
        if (exit != 0) {
            System.out.printf("[lab] no further kernel modules: %s ended with %d, see %s%n", PROGRAM, exit, log);
            return Optional.empty();
        }
        return Optional.of(Path.of(printed));
    }
}
