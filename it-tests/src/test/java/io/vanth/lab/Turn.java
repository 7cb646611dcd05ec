package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A lab's turn on a machine where labs of two JVMs run at once: beside others, or alone. Who waits to be alone comes
/// before those that ask later.
final class Turn implements AutoCloseable {
    private static final Path FOLDER = Path.of("target").toAbsolutePath();

    private final FileChannel file;

    private Turn(FileChannel file) {
        this.file = file;
    }

    /// Waits for it. A JVM has one turn at a time.
    static Turn take(boolean alone) {
        try (FileChannel gate = open("gate.lock")) {
            gate.lock();
            FileChannel file = open("turn.lock");
            file.lock(0, Long.MAX_VALUE, !alone);
            return new Turn(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileChannel open(String name) throws IOException {
        return FileChannel.open(Files.createDirectories(FOLDER).resolve(name), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
