package io.vanth.ike.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The token of a daemon's API, in a file that nobody else may read.
record BearerToken(Path file) {
    private static final int LONGEST = 4096;

    /// The token, one line of visible characters.
    String read() throws Refusal {
        try {
            OwnFile.check(file);
            if (Files.size(file) > LONGEST) {
                throw new Refusal("%s is longer than %d bytes: it is no token".formatted(file, LONGEST));
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).replaceFirst("\r?\n$", "");
            if (!text.matches("[!-~]+")) {
                throw new Refusal("%s has no token: one line of visible characters".formatted(file));
            }
            return text;
        } catch (NoSuchFileException absent) {
            throw new Refusal("there is no file " + file, absent);
        } catch (IOException bad) {
            throw new Refusal("%s cannot be read: %s".formatted(file, bad.getMessage()), bad);
        }
    }
}
