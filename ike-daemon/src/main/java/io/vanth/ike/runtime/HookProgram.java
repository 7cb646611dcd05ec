package io.vanth.ike.runtime;

import io.vanth.ike.log.Escaped;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a program without a shell, without arguments and with no environment but what is given, for a limited time.
final class HookProgram {
    private static final Logger LOG = LoggerFactory.getLogger(HookProgram.class);
    private static final String PATH = Optional.ofNullable(System.getenv("PATH"))
            .orElse("/usr/sbin:/usr/bin:/sbin:/bin");
    private static final int LONGEST_OUTPUT = 4096;
    /// What a program leaves behind may hold its output open.
    private static final long OUTPUT_MILLIS = 1000;

    private final Duration limit;

    HookProgram(Duration limit) {
        this.limit = limit;
    }

    /// How a run ended.
    ///
    /// @param exit   its status, or empty when it had to be killed
    /// @param output the first lines of what it printed, harmless in a log
    record Ending(Optional<Integer> exit, List<String> output) {}

    /// Runs `program` to its end; whoever interrupts this thread ends it too.
    ///
    /// @throws IOException if it cannot be started
    Ending run(Path program, Map<String, String> variables) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).directory(new File("/"))
                .redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().putAll(variables);
        Process process = builder.start();
        var output = new Output();
        Thread reader = Thread.ofPlatform().daemon().name("vanth-hook-output")
                .start(() -> output.take(process.getInputStream()));
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
            }
            reader.join(OUTPUT_MILLIS);
            return new Ending(ended ? Optional.of(process.exitValue()) : Optional.empty(), output.lines());
        } catch (InterruptedException interrupted) {
            kill(process);
            throw interrupted;
        }
    }

    private static void kill(Process process) {
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
    }

    /// The beginning of what a program prints; the rest is read so that it does not stall, and forgotten.
    private static final class Output {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        private void take(InputStream stream) {
            byte[] buffer = new byte[LONGEST_OUTPUT];
            try (stream) {
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                    keep(buffer, count);
                }
            } catch (IOException closed) {
                LOG.debug("the output of a hook ended early", closed);
            }
        }

        private synchronized void keep(byte[] buffer, int count) {
            kept.write(buffer, 0, Math.min(count, LONGEST_OUTPUT - kept.size()));
        }

        private synchronized List<String> lines() {
            return kept.toString(StandardCharsets.UTF_8).lines().map(Escaped::text).toList();
        }
    }
}
