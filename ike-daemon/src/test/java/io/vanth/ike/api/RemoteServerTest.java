package io.vanth.ike.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// O-1: the API on TCP, who may use it, and its stream of events.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RemoteServerTest {
    @TempDir
    private Path folder;
    private ServedDaemon served;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        served = new ServedDaemon(folder);
    }

    @AfterEach
    void close() {
        if (served != null) {
            served.close();
        }
    }

    private void assertRefused(int code, HttpRequest.Builder request, String remedy) throws Exception {
        HttpResponse<String> answer = served.send(request);
        assertEquals(code, answer.statusCode());
        assertEquals("application/problem+json", answer.headers().firstValue("Content-Type").orElseThrow());
        assertTrue(answer.body().contains("\"remedy\"") && answer.body().contains(remedy), answer::body);
        assertFalse(answer.body().contains(ServedDaemon.TOKEN));
    }

    @Test
    void without_the_token_nothing_is_answered() throws Exception {
        assertEquals(200, served.ask("GET", "/api/status", "").statusCode());
        for (String path : new String[]{"/api/status", "/api/openapi.json", "/api/events", "/api/else"}) {
            assertRefused(401, served.bare("GET", path, ""), "control.token");
        }
        assertRefused(401, served.bare("GET", "/api/status", "").header("Authorization", "Bearer wrong"), "Bearer");
        assertRefused(401, served.bare("GET", "/api/status", "")
                .header("Authorization", "Bearer " + ServedDaemon.TOKEN + "x"), "Bearer");
        assertRefused(401, served.bare("GET", "/api/status", "")
                .header("Authorization", "Basic " + ServedDaemon.TOKEN), "Bearer");
        assertRefused(401, served.bare("POST", "/api/connections/branch/down?hold=true", ""), "control.token");
    }

    /// As somebody who knew the old one leaves; what they listen to ends too.
    @Test
    void another_token_counts_from_the_reload_on() throws Exception {
        String other = "Rt5VbLw8sPq02mZx7fj3Kd82mQpz71Lw";
        try (BufferedReader stream = listen("")) {
            stream.readLine();
            served.write("token", other);
            HttpResponse<String> reloaded = served.ask("POST", "/api/reload", "");
            assertEquals(200, reloaded.statusCode(), reloaded::body);
            assertTrue(reloaded.body().contains("control.token"), reloaded::body);
            assertRefused(401, served.request("GET", "/api/status", ""), "Bearer");
            assertEquals(200, served.send(served.bare("GET", "/api/status", "")
                    .header("Authorization", "Bearer " + other)).statusCode());
            assertTrue(ends(stream));
        }
    }

    private static boolean ends(BufferedReader stream) {
        try {
            while (stream.readLine() != null) {
                // What was on its way still comes.
            }
            return true;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void a_web_page_of_another_place_is_refused() throws Exception {
        assertRefused(403, served.request("POST", "/api/reload", "").header("Origin", "https://evil.example"),
                "Origin");
        assertEquals(200, served.send(served.request("GET", "/api/status", "")
                .header("Origin", "http://127.0.0.1:" + served.port())).statusCode());
    }

    private BufferedReader listen(String last) throws Exception {
        HttpRequest.Builder request = served.request("GET", "/api/events", "");
        HttpResponse<InputStream> answer = served.client().send(
                (last.isEmpty() ? request : request.header("Last-Event-ID", last)).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        assertEquals("text/event-stream", answer.headers().firstValue("Content-Type").orElseThrow());
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private static String next(BufferedReader stream, String field) throws IOException {
        String line = stream.readLine();
        while (line != null && !line.startsWith(field + ": ")) {
            line = stream.readLine();
        }
        return line == null ? "" : line.substring(field.length() + 2);
    }

    @Test
    void events_come_as_they_happen_and_again_after_an_id() throws Exception {
        String first;
        try (BufferedReader stream = listen("")) {
            stream.readLine();
            served.events().changed("manual", "added");
            first = next(stream, "id");
            assertEquals("config_changed", next(stream, "event"));
            assertTrue(next(stream, "data").contains("\"text\":\"manual added\""));
        }
        served.events().changed("second", "added");
        served.events().changed("third", "added");
        try (BufferedReader stream = listen(first)) {
            assertTrue(next(stream, "data").contains("second added"));
            assertTrue(next(stream, "data").contains("third added"));
        }
        try (BufferedReader stream = listen("abc-1")) {
            assertEquals("missed", next(stream, "event"));
            next(stream, "data");
            assertTrue(next(stream, "data").contains("manual added"), "and then all that is remembered");
        }
    }

    /// A reload is told, whoever asked for it.
    @Test
    void what_an_api_call_changes_is_an_event() throws Exception {
        try (BufferedReader stream = listen("")) {
            stream.readLine();
            assertEquals(200, served.ask("POST", "/api/manual", served.manual()).statusCode());
            assertEquals("config_changed", next(stream, "event"));
            served.write("psk", "Lw8sPq02mZx7Rt5Vb");
            assertEquals(200, served.ask("POST", "/api/reload", "").statusCode());
            next(stream, "data");
            assertTrue(next(stream, "data").contains("branch credentials"));
        }
    }

    /// It is told why when it reads on; what it did not read has cost no memory beyond the feed and one buffer.
    @Test
    void who_reads_too_slowly_is_dropped_with_a_reason() throws Exception {
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()));
            slow.getOutputStream()
                    .write("GET /api/events HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                            .formatted(ServedDaemon.TOKEN).getBytes(StandardCharsets.US_ASCII));
            var reader = new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
            assertEquals(": vanth", until(reader, ": vanth"));
            String much = "x".repeat(4000);
            for (int round = 0; round < 5000; round++) {
                served.events().changed(much, "added");
            }
            assertEquals("event: dropped", until(reader, "event: dropped"));
            assertTrue(reader.readLine().contains("reads so slowly"));
        }
    }

    private static String until(BufferedReader reader, String wanted) throws IOException {
        String line = reader.readLine();
        while (line != null && !line.equals(wanted)) {
            line = reader.readLine();
        }
        return line;
    }

    @Test
    void there_is_an_end_to_the_number_of_listeners() throws Exception {
        BufferedReader[] streams = new BufferedReader[16];
        for (int index = 0; index < streams.length; index++) {
            streams[index] = listen("");
        }
        assertEquals(503, served.ask("GET", "/api/events", "").statusCode());
        for (BufferedReader each : streams) {
            each.close();
        }
    }
}
