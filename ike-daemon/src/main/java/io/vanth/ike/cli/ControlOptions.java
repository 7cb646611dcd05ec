package io.vanth.ike.cli;

import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.ControlSocket;
import java.nio.file.Path;
import java.time.Duration;
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

    ControlClient client() {
        return new ControlClient(path());
    }

    /// For what may take long.
    ControlClient patientClient() {
        return new ControlClient(path(), LONG);
    }

    private Path path() {
        if (socket != null) {
            return socket;
        }
        return file == null ? ConfigLoader.DEFAULT_SOCKET : ControlSocket.of(file);
    }
}
