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
            "The daemon's control socket (default: that of --config, else /run/vanth/vanth.sock)."})
    private Path socket;

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", description = {
            "The daemon's configuration, to find its socket."})
    private Path file;

    @Option(names = "--url", paramLabel = "URL", description = {
            "A daemon elsewhere, whose control.listen says so: https://HOST:9465."})
    private String url;

    @Option(names = "--token-file", paramLabel = "FILE", description = {
            "With --url: the file, of mode 0600, with its token."})
    private Path token;

    @Option(names = "--ca", paramLabel = "FILE", description = {
            "With --url: the authorities whose certificates are believed, in PEM (default: Java's own)."})
    private Path authorities;

    @Option(names = "--cert", paramLabel = "FILE", description = {
            "With --url: the own certificate, and those between behind it, in PEM."})
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "With --url: the key of --cert, of mode 0600.")
    private Path key;

    ControlOptions() {}

    /// The configuration that was named.
    Optional<Path> config() {
        return Optional.ofNullable(file);
    }

    ControlClient client() throws Refusal {
        return new ControlClient(door());
    }

    /// For what may take long.
    ControlClient patientClient() throws Refusal {
        return new ControlClient(door(), LONG);
    }

    private Door door() throws Refusal {
        var tls = new ClientTls(Optional.ofNullable(authorities), Optional.ofNullable(certificate),
                Optional.ofNullable(key));
        if (url == null) {
            if (token != null || tls.isSomething()) {
                throw new Refusal("--token-file, --ca, --cert and --key are for a daemon at --url");
            }
            return new SocketDoor(path());
        }
        if (socket != null || file != null) {
            throw new Refusal("--url is another daemon than that of --socket and -c: write one of them");
        }
        return NetworkDoor.to(url, Optional.ofNullable(token).map(BearerToken::new), tls);
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
