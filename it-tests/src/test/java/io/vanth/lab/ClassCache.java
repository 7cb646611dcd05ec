package io.vanth.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// Vanth's classes, read and linked ahead of time (JEP 483), for one kind of start.
///
/// In the kernel lab's guest a start of Vanth is mostly that, and takes four times as long without. A cache that does not
/// fit is done without by the JVM.
enum ClassCache {
    /// The daemon, which does not live long enough in a lab for its optimizing compiler to pay.
    RUN("-XX:TieredStopAtLevel=1 "),
    /// Commands, which are over at once.
    COMMAND("");

    private static final String FOLDER = "vanth.caches";

    private final String besides;

    ClassCache(String besides) {
        this.besides = besides;
    }

    /// What a JVM is told in the guest; empty where there is no cache.
    String options() {
        String folder = System.getProperty(FOLDER);
        return folder == null || !Files.exists(file(Path.of(folder)))
                ? ""
                : besides + "-Xlog:aot*=off -XX:AOTCache=" + file(Path.of(folder));
    }

    /// The same, for a program that starts Java.
    Map<String, String> environment() {
        return options().isEmpty() ? Map.of() : Map.of("JDK_JAVA_OPTIONS", options());
    }

    /// What a JVM is told that is to leave the cache behind when it ends.
    private String filling(Path folder) {
        return besides + "-XX:AOTCacheOutput=" + file(folder);
    }

    private Path file(Path folder) {
        return folder.resolve(name().toLowerCase(Locale.ROOT) + ".aot");
    }

    /// Fills both, from a tunnel between two Vanths that comes up and goes down, and has the guest use them until the
    /// lab closes. Options of the daemon are split at spaces, so they are not in the lab's folder.
    static void fill(Lab lab) throws IOException {
        Path folder = Files.createTempDirectory("lab");
        lab.own(() -> {
            System.clearProperty(FOLDER);
            for (ClassCache cache : values()) {
                Files.deleteIfExists(cache.file(folder));
            }
            Files.delete(folder);
        });
        var net = lab.siteToSite();
        Link link = net.link();
        Vanth vanth = net.a().vanth(Besides.jvm(RUN.filling(folder)), link);
        Vanth peer = net.b().vanth(net.atB(link));
        vanth.cli("up", link.name()).environment("JDK_JAVA_OPTIONS", COMMAND.filling(folder)).checked();
        net.traffic(link).pingBothWays();
        vanth.down(link);
        vanth.terminate();
        peer.terminate();
        for (ClassCache cache : values()) {
            if (!Files.exists(cache.file(folder))) {
                System.out.printf("[lab] no cache of classes for %s: the guests will be slow%n%s%n", cache,
                        vanth.log());
            }
        }
        System.setProperty(FOLDER, folder.toString());
    }
}
