package io.vanth.lab.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/// One line of the file through which the guest reports its tests, as JSON.
///
/// @param id     the same in all lines of a test
/// @param name   the class and what is below it, with ` > ` between
/// @param text   why it was skipped, or how it failed
/// @param millis how long it took
record GuestLine(Kind kind, String id, String name, String text, long millis) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What the line says of the test.
    enum Kind {
        /// It will run.
        ANNOUNCED,
        PASSED,
        SKIPPED,
        FAILED,
        /// No test but the whole run: nothing follows.
        ENDED
    }

    static GuestLine parse(String line) {
        try {
            return JSON.readValue(line, GuestLine.class);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not a line of a guest: " + line, e);
        }
    }

    String format() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
