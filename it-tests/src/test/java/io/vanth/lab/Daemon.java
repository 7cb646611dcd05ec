package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A process that runs until it is told to end. What it prints is appended to a file.
final class Daemon implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final String name;
    private final Path log;
    private final Process process;

    private Daemon(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /// @param log where its output goes, after what is there already
    static Daemon start(String name, Path log, Map<String, String> environment, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new Daemon(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean running() {
        return process.isAlive();
    }

    String log() {
        return read(log);
    }

    /// The text of a log; bytes that are not UTF-8 don't stop it.
    static String read(Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitLog(String regex) {
        Pattern pattern = Pattern.compile(regex);
        Await.until(name + " prints " + regex, Await.LIMIT, () -> {
            if (!running() && !pattern.matcher(log()).find()) {
                throw new AssertionError("%s ended with %d:%n%s".formatted(name, process.exitValue(), log()));
            }
            return pattern.matcher(log()).find();
        }, this::log);
    }

    /// Its standard input. Closing it is how a stream's receiver learns that no more will come.
    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void signal(String name) {
        Command.of("sh", "-c", "kill -s %s %d".formatted(name, process.pid())).checked();
    }

    /// SIGTERM, and how it ended.
    int terminate() {
        process.destroy();
        return awaitExit(GRACE);
    }

    int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("%s still runs after %s:%n%s".formatted(name, limit, log()));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    /// It and what it started, and what that started.
    Stream<ProcessHandle> processes() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()));
    }

    /// SIGKILL, to it and to what it started.
    void kill() {
        processes().forEach(ProcessHandle::destroyForcibly);
        awaitExit(GRACE);
    }

    @Override
    public void close() {
        if (running()) {
            kill();
        }
    }
}
