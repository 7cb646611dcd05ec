package io.vanth.ike.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/// S-6.
class EscapedTest {
    private static final String HOSTILE = "gw\u001b[2J\r\n2026 INFO tunnel up\u0000\u2028\u202e\"\\end";

    @Test
    void hostileTextStaysInItsLine() {
        String safe = Escaped.text(HOSTILE);
        assertEquals("gw\\x1b[2J\\x0d\\x0a2026 INFO tunnel up\\x00\\u{2028}\\u{202e}\"\\end", safe);
    }

    @Test
    void hostileTextStaysInItsJsonString() throws IOException {
        String json = Escaped.json(HOSTILE);
        assertFalse(json.chars().anyMatch(unit -> unit < ' ' || unit == 0x202e || unit == 0x2028));
        assertEquals(HOSTILE, new ObjectMapper().readValue(json, String.class));
    }
}
