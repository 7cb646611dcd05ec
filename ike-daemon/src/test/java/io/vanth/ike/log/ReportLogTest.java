package io.vanth.ike.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-4: one line for each event, which says all that is known; those that repeat are counted.
class ReportLogTest {
    private static final Report.Subject SITE = new Report.Subject(Optional.of("site"), Optional.of("lan"),
            "192.0.2.2:500", "quick mode", 0x1f);
    private static final Report.Subject STRANGER = new Report.Subject(Optional.empty(), Optional.empty(),
            "203.0.113.9:500", "main mode", 0);
    private static final String HOSTILE = "x\u001b[2J\r\n2026 INFO tunnel up";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.vanth.ike");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Level before;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ReportLog log = new ReportLog(() -> now);

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(before);
    }

    private List<String> encoded(boolean json) {
        LineEncoder encoder = new LineEncoder(json, false);
        return new ArrayList<>(lines.list).stream()
                .map(event -> new String(encoder.encode(event), StandardCharsets.UTF_8)).toList();
    }

    private JsonNode only() throws IOException {
        List<String> all = encoded(true);
        assertEquals(1, all.size(), all::toString);
        assertEquals(1, all.getFirst().lines().count(), all::toString);
        return new ObjectMapper().readTree(all.getFirst());
    }

    private static Report failure(Report.Subject subject, String evidence) {
        return new Report.Failed(subject, Report.Mode.QUICK_MODE, Report.Role.INITIATOR,
                new Failure.BadKeyExchange(evidence));
    }

    @Test
    void a_failure_has_all_its_fields() throws IOException {
        log.accept(failure(SITE, "it is 1"));
        JsonNode line = only();
        assertEquals("warn negotiation_failed site lan 192.0.2.2:500 quick mode 0000001f bad_key_exchange",
                List.of("level", "event", "connection", "tunnel", "peer", "exchange", "messageId", "reason").stream()
                        .map(key -> line.path(key).asText()).reduce((one, other) -> one + " " + other).orElseThrow());
        assertEquals("quick mode failed as initiator: the peer's key exchange value is refused: it is 1",
                line.path("message").asText());
        assertTrue(line.path("time").asText().startsWith("20"), line::toString);
        assertTrue(encoded(false).getFirst().contains(" reason=bad_key_exchange"), encoded(false)::toString);
    }

    @Test
    void an_end_says_why_once_in_text() throws IOException {
        log.accept(new Report.TunnelDown(SITE, "the peer deleted it", false));
        assertEquals("the peer deleted it", only().path("reason").asText());
        String text = encoded(false).getFirst();
        assertEquals(text.indexOf("the peer deleted it"), text.lastIndexOf("the peer deleted it"), text);
    }

    @Test
    void what_a_peer_sent_makes_no_line_of_its_own() throws IOException {
        log.accept(failure(SITE, HOSTILE));
        assertTrue(only().path("message").asText().endsWith(HOSTILE));
        for (boolean json : new boolean[]{true, false}) {
            String line = encoded(json).getFirst();
            assertFalse(line.strip().chars().anyMatch(unit -> unit < ' '), line);
        }
    }

    @Test
    void repeated_failures_are_written_once_a_minute_with_a_count() {
        IntStream.range(0, 50).forEach(_ -> log.accept(failure(SITE, "again")));
        assertEquals(1, lines.list.size());
        now = now.plus(Duration.ofSeconds(61));
        log.tick();
        assertEquals(2, lines.list.size());
        assertTrue(encoded(true).getLast().contains("\"repeated\":49"), encoded(true)::getLast);
    }

    /// A connection for any address has many peers; each port of one is the same peer.
    @Test
    void each_peer_of_a_connection_has_its_own_line() {
        for (int peer = 1; peer <= 50; peer++) {
            for (int port = 500; port < 503; port++) {
                log.accept(failure(new Report.Subject(Optional.of("any"), Optional.empty(),
                        "198.51.100.%d:%d".formatted(peer, port), "main mode", 0), "again"));
            }
        }
        assertEquals(50, lines.list.size());
        now = now.plus(Duration.ofSeconds(61));
        log.tick();
        assertEquals(100, lines.list.size());
        assertTrue(encoded(true).getLast().contains("\"peer\":\"198.51.100.50:500\""), encoded(true)::getLast);
        assertTrue(encoded(true).getLast().contains("\"repeated\":2"), encoded(true)::getLast);
    }

    @Test
    void strangers_share_a_line() {
        for (int peer = 1; peer <= 50; peer++) {
            log.accept(failure(new Report.Subject(Optional.empty(), Optional.empty(),
                    "198.51.100.%d:500".formatted(peer), "main mode", 0), "again"));
        }
        assertEquals(1, lines.list.size());
    }

    @Test
    void what_was_counted_is_written_at_the_end() {
        IntStream.range(0, 5).forEach(_ -> log.accept(failure(SITE, "again")));
        IntStream.range(0, 200).forEach(number -> log.accept(failure(STRANGER, "number " + number)));
        log.flush();
        assertTrue(encoded(true).stream().anyMatch(line -> line.contains("\"repeated\":4")), encoded(true)::toString);
        assertTrue(encoded(true).stream().anyMatch(line -> line.contains("\"repeated\":100")), encoded(true)::toString);
    }

    @Test
    void different_lines_are_limited_for_each_connection_and_for_strangers() {
        for (Report.Subject subject : List.of(SITE, STRANGER)) {
            int had = lines.list.size();
            IntStream.range(0, 10_000).forEach(number -> log.accept(failure(subject, "number " + number)));
            assertEquals(101, lines.list.size() - had, "a hundred, and the word that there are more");
        }
        Report.Subject other = new Report.Subject(Optional.of("other"), Optional.empty(), "192.0.2.3:500", "main mode",
                0);
        int had = lines.list.size();
        log.accept(failure(other, "alone"));
        log.accept(new Report.TunnelUp(SITE, null, null, null, "", false));
        assertEquals(2, lines.list.size() - had, "others are not silenced, and what a peer has proved never is");
        now = now.plus(Duration.ofSeconds(61));
        log.tick();
        List<String> told = encoded(true).stream().filter(line -> line.contains("\"repeated\":9900")).toList();
        assertEquals(2, told.size(), told::toString);
        assertTrue(told.stream().anyMatch(line -> line.contains("\"connection\":\"site\"")), told::toString);
        log.accept(failure(STRANGER, "later"));
        assertTrue(encoded(true).getLast().contains("later"), "a new minute");
    }
}
