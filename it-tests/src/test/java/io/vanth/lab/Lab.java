package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What one test builds: a folder for its files and everything that must be gone when it ends.
final class Lab implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Pattern NAMESPACE = Pattern.compile("(?m)^(lab-(\\d+)-\\S+)");

    private final Path folder;
    private final Path sockets;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::closeAll);

    private Lab(Path folder, Path sockets) {
        this.folder = folder;
        this.sockets = sockets;
    }

    /// @param folder emptied first
    static Lab in(Path folder) {
        try {
            empty(folder);
            Files.createDirectories(folder);
            removeLeftovers();
            Lab lab = new Lab(folder, Files.createTempDirectory("lab"));
            lab.own(() -> empty(lab.sockets));
            Runtime.getRuntime().addShutdownHook(lab.atExit);
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    /// Where a Unix socket goes: its path may have 108 bytes, and the checkout may lie deep.
    Path socket(String name) {
        return sockets.resolve(name);
    }

    /// Two gateways on one wire, a host behind each.
    Topology siteToSite() {
        return Topology.build(this, Middle.WIRE, 1);
    }

    /// @param links how many pairs of networks, each with an address of its own at B
    Topology siteToSite(int links) {
        return Topology.build(this, Middle.WIRE, links);
    }

    Topology siteToSite(Middle middle) {
        return Topology.build(this, middle, 1);
    }

    Topology siteToSite(Middle middle, int links) {
        return Topology.build(this, middle, links);
    }

    /// A namespace whose name no other run has.
    Namespace namespace(String role) {
        return own(Namespace.create("lab-%d-%d-%s".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet(),
                role)));
    }

    /// Closes it when the lab closes, latest first.
    synchronized <T extends AutoCloseable> T own(T thing) {
        opened.push(thing);
        return thing;
    }

    /// A fresh folder in the lab's.
    Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private synchronized void closeAll() {
        AssertionError failure = new AssertionError("the lab could not be removed");
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception | AssertionError e) {
                failure.addSuppressed(e);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /// Ends what a run left behind that was killed: namespaces that bear the number of a process that is no more.
    private static void removeLeftovers() {
        NAMESPACE.matcher(Command.of("ip", "netns", "list").checked()).results()
                .filter(name -> ProcessHandle.of(Long.parseLong(name.group(2))).isEmpty()).forEach(name -> {
                    Command.of("ip", "netns", "pids", name.group(1)).checked().lines().map(Long::valueOf)
                            .flatMap(pid -> ProcessHandle.of(pid).stream()).forEach(ProcessHandle::destroyForcibly);
                    Command.of("ip", "netns", "del", name.group(1)).checked();
                });
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
