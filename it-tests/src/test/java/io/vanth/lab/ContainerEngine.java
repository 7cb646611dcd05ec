package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/// A Docker engine of the lab's own, in a network namespace of its own: what it does to the firewall and to routes stays
/// there, and it reaches no registry. One at a time on a machine.
///
/// Testcontainers finds it by the variables in the environment of the tests (`pom.xml`).
final class ContainerEngine implements AutoCloseable {
    private static final Path CACHE = Path.of("/var/cache/vanth");
    private static final Path DATA = CACHE.resolve("engine");
    private static final Path PID = DATA.resolve("pid");
    /// Named in the environment of the tests.
    private static final Path FOLDER = Path.of("/run/vanth-labs");
    private static final Path SOCKET = FOLDER.resolve("engine.sock");
    /// Not another one that may stand before it in the path.
    private static final String DOCKER = "/usr/bin/docker";

    private final FileChannel lock;
    private final Daemon daemon;

    private ContainerEngine(FileChannel lock, Daemon daemon) {
        this.lock = lock;
        this.daemon = daemon;
    }

    /// Waits for its turn, and ends with the lab.
    static ContainerEngine start(Lab lab) {
        try {
            Files.createDirectories(FOLDER, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel lock = FileChannel.open(FOLDER.resolve("engine.lock"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            lock.lock();
            endOrphan();
            removeData();
            Files.createDirectories(DATA);
            // Not 'ip netns exec', which hides the control groups.
            Daemon daemon = Daemon.start("dockerd", lab.folder().resolve("dockerd.log"), Map.of(),
                    List.of("nsenter", "--net=/run/netns/" + lab.namespace("engine").name(), "dockerd", "--log-level",
                            "warn", "--host",
                            "unix://" + SOCKET, "--data-root", DATA.resolve("data").toString(), "--exec-root",
                            DATA.resolve("run").toString(), "--pidfile", PID.toString()));
            ContainerEngine engine = lab.own(new ContainerEngine(lock, daemon));
            Await.until("dockerd answers", Await.LIMIT, () -> engine.docker("version").run().exit() == 0,
                    daemon::log);
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The engine's command line.
    Command docker(String... words) {
        String[] command = new String[words.length + 3];
        command[0] = DOCKER;
        command[1] = "--host";
        command[2] = "unix://" + SOCKET;
        System.arraycopy(words, 0, command, 3, words.length);
        return Command.of(command).environment("DOCKER_BUILDKIT", "1");
    }

    /// Makes an image of a minimal Debian, kept for the next time, with the packages named and the JDK of this process.
    void importDebian(String image, List<String> packages) {
        Path home = Path.of(System.getProperty("java.home"));
        String script = """
            set -eu
            . /etc/os-release
            root=%1$s/debian-$VERSION_CODENAME
            if ! [ -e "$root" ]; then
                mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' |
                    sed -n "s/^$VERSION_CODENAME //p" | head -n 1)
                rm -rf "$root.new"
                debootstrap --variant=minbase --include=%2$s "$VERSION_CODENAME" "$root.new" "$mirror" >&2
                mv "$root.new" "$root"
            fi
            certificates=$(realpath %3$s/lib/security/cacerts)
            tar -c -C "$root" . -C %4$s --exclude=src.zip --transform='s,^%5$s,opt/java,' %5$s -C / "${certificates#/}" |
                %6$s --host unix://%7$s import -c 'ENV JAVA_HOME=/opt/java' \\
                    -c 'ENV PATH=/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin' - %8$s
            """.formatted(CACHE, String.join(",", packages), home, home.getParent(), home.getFileName(), DOCKER,
                SOCKET, image);
        Command.of("bash", "-o", "pipefail", "-c", script).checked();
    }

    /// Tests that are killed lose the lock, and leave their engine behind.
    private static void endOrphan() throws IOException {
        String number = Files.exists(PID) ? Files.readString(PID).strip() : "";
        if (!number.isEmpty()) {
            ProcessHandle.of(Long.parseLong(number)).filter(ContainerEngine::isEngine)
                    .ifPresent(orphan -> {
                        orphan.destroy();
                        Await.until("the engine of an earlier lab ends", () -> !orphan.isAlive());
                    });
        }
    }

    /// The number may be another process's by now.
    private static boolean isEngine(ProcessHandle process) {
        return process.info().arguments().filter(words -> List.of(words).contains("unix://" + SOCKET)).isPresent();
    }

    private static void removeData() {
        Command.of("sh", "-c", "grep -o ' %1$s[^ ]*' /proc/mounts | sort -r | xargs -r umount; rm -rf %1$s"
                .formatted(DATA)).checked();
    }

    @Override
    public void close() throws IOException {
        daemon.terminate();
        removeData();
        lock.close();
    }
}
