package io.vanth.ike.cli;

import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.ControlSocket;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How a command finds the daemon.
final class ControlOptions {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Option(names = "--socket", paramLabel = "PATH", description = {
            "The daemon's control socket (default: the one in the configuration)."})
    private Path socket;

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", description = {
            "The daemon's configuration, to find its socket."})
    private Path file;

    ControlOptions() {}

    /// The configuration that was named.
    Optional<Path> config() {
        return Optional.ofNullable(file);
    }

    ControlClient client() throws Refusal {
        return new ControlClient(path());
    }

    /// For what may take long.
    ControlClient patientClient() throws Refusal {
        return new ControlClient(path(), LONG);
    }

    private Path path() throws Refusal {
        if (socket != null) {
            return socket;
        }
        if (file == null) {
            return ConfigLoader.DEFAULT_SOCKET;
        }
        try {
            return ControlSocket.of(file);
        } catch (NoSuchFileException absent) {
            throw new Refusal("there is no file " + file, absent);
        } catch (IOException unreadable) {
            throw new Refusal("%s cannot be read: %s".formatted(file, unreadable.getMessage()), unreadable);
        }
    }
}
