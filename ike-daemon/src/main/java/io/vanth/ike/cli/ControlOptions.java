package io.vanth.ike.cli;

import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.ControlSocket;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// How a command finds the daemon.
final class ControlOptions {
    @Option(names = "--socket", paramLabel = "PATH", description = {
            "The daemon's control socket (default: the one in the configuration)."})
    private Path socket;

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", description = {
            "The daemon's configuration, to find its socket."})
    private Path file;

    ControlOptions() {}

    ControlClient client() {
        if (socket != null) {
            return new ControlClient(socket);
        }
        return new ControlClient(file == null ? ConfigLoader.DEFAULT_SOCKET : ControlSocket.of(file));
    }
}
