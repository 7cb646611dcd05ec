package io.vanth.dataplane.userspace.engine;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class OnceAMinuteTest {
    @Test
    void itIsDueAtFirstAndAMinuteLater() {
        var words = new OnceAMinute();
        assertTrue(words.isDue(0));
        assertFalse(words.isDue(59_999));
        assertTrue(words.isDue(60_000));
        assertFalse(words.isDue(60_001));
    }

    @Test
    void aClockThatWasSetBackSilencesNothing() {
        var words = new OnceAMinute();
        assertTrue(words.isDue(1_000_000));
        assertTrue(words.isDue(5));
        assertFalse(words.isDue(6));
    }
}
