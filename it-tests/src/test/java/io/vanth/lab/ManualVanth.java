package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/// Vanth with manual keys alone, on a gateway, driven through its command line.
final class ManualVanth implements AutoCloseable {
    private static final Path COMMAND = Path.of(System.getProperty("vanth.home", ".."), "ike-daemon", "bin", "vanth")
            .toAbsolutePath().normalize();
    private static final Path BUILT = COMMAND.resolveSibling("../target/vanth.built").normalize();

    private final Namespace gateway;
    private final Path folder;
    private final Path socket;
    private final Daemon daemon;

    private ManualVanth(Namespace gateway, Path folder, Path socket, Daemon daemon) {
        this.gateway = gateway;
        this.folder = folder;
        this.socket = socket;
        this.daemon = daemon;
    }

    /// Starts it on gateway A, and waits until it answers.
    ///
    /// @param plane  the data plane's settings, as `name: userspace`
    /// @param manual what stands below `manual:`
    static ManualVanth start(Topology net, String plane, String manual) {
        Path folder = net.lab().folder("manual");
        Path socket = net.lab().socket("manual");
        try {
            Files.writeString(BUILT, "");
            Files.writeString(folder.resolve("vanth.yaml"), config(socket, plane, manual));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Namespace gateway = net.a().gateway();
        Daemon daemon = gateway.start("vanth", folder.resolve("vanth.log"),
                Map.of("VANTH_OPTS", ClassCache.RUN.options()),
                List.of(COMMAND.toString(), "run", "-c", folder.resolve("vanth.yaml").toString()));
        ManualVanth vanth = net.lab().own(new ManualVanth(gateway, folder, socket, daemon));
        Await.until("Vanth answers", Await.LIMIT, () -> {
            if (!daemon.running()) {
                throw new AssertionError("Vanth has ended:\n" + daemon.log());
            }
            return new ControlApi(socket).answers();
        }, daemon::log);
        return vanth;
    }

    private static String config(Path socket, String plane, String manual) {
        return "control: {socket: %s}%nmetrics: {listen: off}%ndataPlane: {%s}%nmanual:%n%s".formatted(socket, plane,
                manual.indent(2));
    }

    /// Writes a key where the configuration names it.
    static void key(Topology net, String name, String hex) {
        Path file = net.lab().folder("manual").resolve(name);
        try {
            Files.deleteIfExists(file);
            Files.createFile(file,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, hex + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `vanth` with these words; what it prints.
    String cli(String... words) {
        return command(words).checked();
    }

    private Command command(String... words) {
        List<String> command = new ArrayList<>(List.of(COMMAND.toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--socket", socket.toString()));
        return Command.of(command).limit(Duration.ofMinutes(2)).environment(ClassCache.COMMAND.environment())
                .in(gateway.name());
    }

    /// `vanth sa add -` with this below `manual:`.
    void add(String manual) {
        command("sa", "add", "-").input("manual:\n" + manual.indent(2)).checked();
    }

    /// The packets of an association, as `vanth sa list --json` counts them.
    long packets(String name) {
        JsonNode all = new ControlApi(socket).get("/api/associations").path("associations");
        return StreamSupport.stream(all.spliterator(), false).filter(each -> each.path("name").asText().equals(name))
                .mapToLong(each -> each.path("packets").asLong()).sum();
    }

    /// `vanth reload` with this below `manual:`.
    String reload(String plane, String manual) {
        try {
            Files.writeString(folder.resolve("vanth.yaml"), config(socket, plane, manual));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cli("reload");
    }

    String log() {
        return daemon.log();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
