package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program that is run to its end.
record Command(List<String> words, Map<String, String> environment, String input, Duration limit) {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /// How it ended.
    record Result(int exit, String output, String errors) {
        String all() {
            return output + errors;
        }
    }

    static Command of(String... words) {
        return of(List.of(words));
    }

    static Command of(List<String> words) {
        return new Command(List.copyOf(words), Map.of(), "", LIMIT);
    }

    Command environment(String name, String value) {
        return environment(Map.of(name, value));
    }

    Command environment(Map<String, String> values) {
        return new Command(words, Map.copyOf(values), input, limit);
    }

    Command input(String text) {
        return new Command(words, environment, text, limit);
    }

    Command limit(Duration most) {
        return new Command(words, environment, input, most);
    }

    /// The same command inside a network namespace.
    Command in(String namespace) {
        List<String> inside = Stream.concat(Stream.of("ip", "netns", "exec", namespace), words.stream()).toList();
        return new Command(inside, environment, input, limit);
    }

    /// Its standard output; anything but exit 0 fails with what it said.
    String checked() {
        Result result = run();
        if (result.exit() != 0) {
            throw new AssertionError("%s: exit %d%n%s".formatted(this, result.exit(), result.all()));
        }
        return result.output();
    }

    Result run() {
        try {
            Path output = Files.createTempFile("lab", ".out");
            Path errors = Files.createTempFile("lab", ".err");
            try {
                return new Result(run(output, errors), Files.readString(output), Files.readString(errors));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + this, e);
        }
    }

    private int run(Path output, Path errors) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var writer = process.outputWriter()) {
            writer.write(input);
        }
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("%s did not end within %s: %s%s".formatted(this, limit, Files.readString(output),
                    Files.readString(errors)));
        }
        return process.exitValue();
    }

    @Override
    public String toString() {
        return words.stream().collect(Collectors.joining(" "));
    }
}
