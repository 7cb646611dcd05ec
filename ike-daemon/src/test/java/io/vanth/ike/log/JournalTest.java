package io.vanth.ike.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// systemd.exec(5) on JOURNAL_STREAM, sd-daemon(3) on the marks in front of lines.
class JournalTest {
    @TempDir
    private Path folder;

    @Test
    void takes_standard_error_only_where_the_variable_means_it() throws IOException {
        Path stream = Files.createFile(folder.resolve("stream"));
        String itself = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertTrue(Journal.leadsThere(Optional.of(itself), stream));
        assertFalse(Journal.leadsThere(Optional.of(itself), Files.createFile(folder.resolve("other"))));
        assertFalse(Journal.leadsThere(Optional.of(itself), folder.resolve("none")));
        assertFalse(Journal.leadsThere(Optional.of("?"), stream));
        assertFalse(Journal.leadsThere(Optional.empty(), stream));
    }

    private static String encoded(boolean json, boolean journal, Level level, Throwable thrown) {
        Logger logger = (Logger) LoggerFactory.getLogger(JournalTest.class);
        var event = new LoggingEvent("", logger, level, "a line", thrown, new Object[0]);
        return new String(new LineEncoder(json, journal).encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void has_a_time_of_its_own_and_takes_the_priority_in_front() {
        assertEquals("<6>INFO  a line\n", encoded(false, true, Level.INFO, null));
        assertEquals("<4>WARN  a line\n", encoded(false, true, Level.WARN, null));
        assertEquals("<3>ERROR a line\n", encoded(false, true, Level.ERROR, null));
        assertEquals("<7>DEBUG a line\n", encoded(false, true, Level.DEBUG, null));
        assertTrue(encoded(true, true, Level.INFO, null).startsWith("<6>{\"time\":"));
        assertTrue(encoded(false, false, Level.INFO, null).matches("\\d{4}-\\S+Z INFO  a line\n"));
    }

    @Test
    void gets_each_line_of_a_trace_as_an_entry() {
        List<String> lines = encoded(false, true, Level.ERROR, new IllegalStateException("why")).lines().toList();
        assertTrue(lines.size() > 2);
        assertEquals(List.of(), lines.stream().filter(line -> !line.startsWith("<3>")).toList());
    }
}
