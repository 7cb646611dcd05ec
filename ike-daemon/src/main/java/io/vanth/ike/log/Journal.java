package io.vanth.ike.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;

/// systemd's journal, where it takes what this process writes on standard error. It then stamps lines itself, and takes
/// their priority from a mark in front: sd-daemon(3).
public final class Journal {
    /// Device and inode of the stream that leads to it.
    private static final String VARIABLE = "JOURNAL_STREAM";
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
    private static final boolean HERE = leadsThere(Optional.ofNullable(System.getenv(VARIABLE)), STANDARD_ERROR);

    private Journal() {}

    /// Whether this process writes to it.
    static boolean isHere() {
        return HERE;
    }

    /// What a line for a person begins with on standard error; nothing where that is not the journal.
    public static String mark(Level level) {
        return HERE ? priority(level) : "";
    }

    /// As syslog(3) counts.
    static String priority(Level level) {
        return switch (level) {
            case ERROR -> "<3>";
            case WARN -> "<4>";
            case INFO -> "<6>";
            case DEBUG, TRACE -> "<7>";
        };
    }

    /// Who started this process may have sent its standard error elsewhere since.
    ///
    /// @param told what the environment says
    static boolean leadsThere(Optional<String> told, Path stream) {
        if (told.isEmpty()) {
            return false;
        }
        try {
            Map<String, Object> is = Files.readAttributes(stream, "unix:dev,ino");
            return told.get().equals(is.get("dev") + ":" + is.get("ino"));
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }
}
