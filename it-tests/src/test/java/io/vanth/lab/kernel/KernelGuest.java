package io.vanth.lab.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A User-Mode Linux that boots, runs test classes in one JVM and powers off. Several of them divide the classes: each
/// takes the next one that nobody has taken.
///
/// Its root is the host's, below an overlay in memory: what a test writes is gone with the guest, except in the folder
/// that both share. The tests run with the class path, the JDK and the `vanth.*` properties of this JVM, as root, in a
/// working directory below the shared folder, on one processor. Measured on a virtual machine with two cores: the
/// kernel is up after 1.5 s, a JVM starts in 0.2 s, and JUnit begins its first test 1 s later.
final class KernelGuest {
    private static final long MEMORY_BYTES = 1500L << 20;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path MOUNTS = Path.of("/proc/mounts");
    private static final String HEAP = "-Xmx384m";
    private static final int TAIL_LINES = 60;
    /// The guest is many processes, which do not end with their parent; but it makes a process group of them. That is
    /// killed when the first of them has ended, or when this JVM closes the pipe that is standard input, or ends.
    private static final String LEASH = """
        exec 3<&0
        "$@" < /dev/null 3<&- &
        guest=$!
        { read -r end <&3; kill -KILL "$guest" "-$guest"; } 2> /dev/null &
        reader=$!
        wait "$guest"
        kill "$reader"
        kill -KILL "-$guest" 2> /dev/null
        """;

    private final Path folder;
    /// Where the file is that serves it as memory.
    private final Path memory;

    private KernelGuest(Path folder, Path memory) {
        this.folder = folder;
        this.memory = memory;
    }

    /// Makes the files of one.
    ///
    /// @param shared  absolute; what the host and all guests share
    /// @param number  of this one, among `all`
    /// @param classes a regular expression for full names of classes of this project
    static KernelGuest prepare(Path shared, int number, int all, String classes)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectory(shared.resolve("guest-" + number));
        Path taken = Files.createDirectories(shared.resolve("taken"));
        KernelGuest guest = new KernelGuest(folder, memory(all) ? SHARED_MEMORY : folder);
        guest.write("init", GuestFiles.init(shared, folder, ExtraModules.folder(folder.resolve("modules.log"))));
        guest.write("java", GuestFiles.arguments(HEAP, folder.resolve("report"), taken, classes));
        Files.setPosixFilePermissions(folder.resolve("init"), PosixFilePermissions.fromString("rwxr-xr-x"));
        return guest;
    }

    /// Runs it, and returns when it has ended.
    ///
    /// @param limit after which it is killed
    KernelGuest run(Duration limit) throws IOException, InterruptedException {
        Process group = start();
        try {
            if (!group.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                Files.writeString(folder.resolve("killed"), "after " + limit);
            }
        } finally {
            group.getOutputStream().close();
            group.waitFor();
        }
        return this;
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private Process start() throws IOException {
        Path pipes = Files.createDirectory(folder.resolve("uml"));
        List<String> words = List.of("sh", "-c", LEASH, "guest", "linux.uml", "mem=" + MEMORY_BYTES,
                "rootfstype=hostfs", "rootflags=/", "ro", "init=" + folder.resolve("init"), "con=null",
                "con0=null,fd:1", "quiet", "uml_dir=" + pipes + "/");
        ProcessBuilder guest = new ProcessBuilder(words).redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.log").toFile());
        guest.environment().put("TMPDIR", memory.toString());
        return guest.start();
    }

    /// Whether shared memory serves so many guests. Containers often have little of it, from which nothing may be
    /// executed; the disk is slower.
    private static boolean memory(int guests) throws IOException {
        boolean fits = Files.isDirectory(SHARED_MEMORY)
                && Files.getFileStore(SHARED_MEMORY).getUsableSpace() >= guests * MEMORY_BYTES;
        boolean executes = Files.readAllLines(MOUNTS).stream().map(line -> line.split(" "))
                .noneMatch(words -> words[1].equals(SHARED_MEMORY.toString())
                        && List.of(words[3].split(",")).contains("noexec"));
        return fits && executes;
    }

    /// What became of each test that was to run.
    Collection<GuestTest> tests() throws IOException {
        Path report = folder.resolve("report");
        return Files.exists(report)
                ? GuestTest.of(Files.readAllLines(report).stream().filter(line -> line.endsWith("}"))
                        .map(GuestLine::parse))
                : List.of();
    }

    /// Fails unless it ended by itself after all of its tests.
    void assertEnded() throws IOException {
        Path report = folder.resolve("report");
        List<String> lines = Files.exists(report) ? Files.readAllLines(report) : List.of();
        if (lines.isEmpty() || !lines.getLast().contains(GuestLine.Kind.ENDED.name())) {
            Path killed = folder.resolve("killed");
            throw new AssertionError("the guest %s%n%s".formatted(
                    Files.exists(killed) ? "was killed " + Files.readString(killed) : "ended before its tests did",
                    tail()));
        }
    }

    /// What the tests printed.
    List<String> output() throws IOException {
        Path log = folder.resolve("tests.log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /// The last lines of the kernel and of the tests.
    String tail() throws IOException {
        return tail("console.log", Files.readAllLines(folder.resolve("console.log"))) + tail("tests.log", output());
    }

    private static String tail(String name, List<String> lines) {
        return "---- %s%n%s%n".formatted(name,
                String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())));
    }
}
