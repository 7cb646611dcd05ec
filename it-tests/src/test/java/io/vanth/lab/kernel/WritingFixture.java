package io.vanth.lab.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// What the test of the guest has run in a guest: a test that writes where it may not.
class WritingFixture {
    @Test
    void writes() throws IOException {
        Path folder = Path.of(System.getProperty("vanth.outside"));
        assertTrue(Files.isDirectory(folder));
        Files.writeString(folder.resolve("file"), "in memory");
    }
}
