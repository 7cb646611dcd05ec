package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// systemd as process 1 of a container that is a gateway, with its journal, and with Vanth installed in it as the README
/// says. Its root is that of who starts it, which has to be one that may be written to, as the kernel lab's guest has.
final class Systemd implements AutoCloseable {
    static final Path CONFIG = Path.of("/etc/vanth/vanth.yaml");
    private static final Path TOP = Path.of(System.getProperty("vanth.home", "..")).toAbsolutePath().normalize();
    private static final Path UNIT = TOP.resolve("docker").resolve("vanth.service");
    /// What the system has of its own is not there: nothing starts but what the lab starts.
    private static final String BOOT = """
        set -e
        mount -t proc proc /proc
        mount -t cgroup2 cgroup2 /sys/fs/cgroup
        mount -t tmpfs tmpfs /run
        mkdir -p /run/units/vanth.service.d
        for unit in sysinit basic multi-user network-online network sockets timers paths slices local-fs shutdown umount \\
                final exit; do
            cp "/lib/systemd/system/$unit.target" /run/units
        done
        cp /lib/systemd/system/systemd-exit.service /lib/systemd/system/systemd-journald.service \\
            /lib/systemd/system/systemd-journald.socket /lib/systemd/system/systemd-journald-dev-log.socket \\
            "$1/vanth.service" /run/units
        cp "$1/lab.conf" /run/units/vanth.service.d
        printf '[Unit]\\nRequires=systemd-journald.service\\n' > /run/units/lab.target
        # As container managers leave it: credentials are mounted by a process of systemd's with mounts of its own.
        mount --make-rshared /
        exec env -i PATH="$PATH" LANG=C.UTF-8 container=lab SYSTEMD_UNIT_PATH=/run/units \\
            SYSTEMD_GENERATOR_PATH=/nonexistent /lib/systemd/systemd --system --unit=lab.target --log-target=journal \\
            --show-status=no
        """;
    /// Where home directories are hidden, as Java and this checkout may lie in one.
    private static final String INSTALL = """
        set -e
        rm -rf /opt/vanth /opt/jdk-lab /etc/vanth
        mkdir -p /opt/vanth/lib /opt/jdk-lab /etc/vanth
        cp -R "$0/ike-daemon/bin" /opt/vanth
        for jar in "$0"/ike-daemon/target/*.jar "$0"/ike-daemon/target/lib/*.jar; do
            case $jar in
                *-tests.jar | *-sources.jar) ;;
                *) cp "$jar" /opt/vanth/lib ;;
            esac
        done
        mount --bind "$1" /opt/jdk-lab
        """;

    private final Daemon container;
    private final long init;

    private Systemd(Daemon container) {
        this.container = container;
        this.init = container.processes().filter(each -> each.info().command().orElse("").endsWith("/systemd"))
                .findFirst().orElseThrow(() -> new AssertionError(container.log())).pid();
    }

    /// Starts it.
    ///
    /// @param dropIn what stands in `[Service]` besides
    static Systemd boot(Site site, String dropIn) {
        Command.of("sh", "-c", INSTALL, TOP.toString(), System.getProperty("java.home")).checked();
        Path folder = site.lab().folder("systemd-" + site.name());
        try {
            Files.copy(UNIT, folder.resolve("vanth.service"));
            Files.writeString(folder.resolve("lab.conf"), "[Service]\n" + dropIn);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Daemon container = site.lab().own(site.gateway().start("systemd", folder.resolve("systemd.log"), Map.of(),
                List.of("unshare", "--mount", "--pid", "--fork", "--ipc", "--uts", "--cgroup", "--kill-child", "sh",
                        "-c", BOOT, "boot", folder.toString())));
        Await.until("systemd is process 1", Duration.ofMinutes(2), () -> {
            if (!container.running()) {
                throw new AssertionError(container.log());
            }
            return container.processes().anyMatch(each -> each.info().command().orElse("").endsWith("/systemd"));
        }, container::log);
        Systemd systemd = site.lab().own(new Systemd(container));
        Await.until("systemd is up", Duration.ofMinutes(3), () -> systemd.command("systemctl", "is-system-running")
                .run().output().strip().equals("running"),
                () -> systemd.command("systemctl", "list-units", "--failed").run().all() + container.log());
        return systemd;
    }

    /// A command in the container.
    Command command(String... words) {
        List<String> command = new ArrayList<>(
                List.of("nsenter", "--target", Long.toString(init), "--all", "--root", "--wd"));
        command.addAll(List.of(words));
        return Command.of(command).limit(Duration.ofMinutes(6));
    }

    /// `systemctl VERB vanth`, however it ends.
    Command.Result vanth(String verb) {
        return command("systemctl", verb, "vanth").run();
    }

    /// The same, which must succeed.
    void checked(String verb) {
        Command.Result result = vanth(verb);
        if (result.exit() != 0) {
            throw new AssertionError("systemctl %s vanth: exit %d%n%s%s".formatted(verb, result.exit(), result.all(),
                    journal()));
        }
    }

    /// A property of the service, as `systemctl show` gives it.
    String property(String name) {
        return command("systemctl", "show", "--property", name, "--value", "vanth").checked().strip();
    }

    /// What the journal has of the service, without what journald knows of each line.
    String journal(String... besides) {
        List<String> words = new ArrayList<>(List.of("journalctl", "--unit", "vanth", "--no-pager", "--output", "cat"));
        words.addAll(List.of(besides));
        return command(words.toArray(String[]::new)).run().output();
    }

    /// Writes a file of root alone.
    static void write(Path file, String text) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        container.close();
        Command.of("umount", "/opt/jdk-lab").checked();
    }
}
