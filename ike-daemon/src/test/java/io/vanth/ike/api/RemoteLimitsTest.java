package io.vanth.ike.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// O-1: the API on TCP under requests that no honest client sends.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RemoteLimitsTest {
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

    /// What stands beside the API is the same in every daemon.
    @Test
    void beside_the_api_nothing_is_told() throws Exception {
        HttpResponse<String> answer = served.send(served.bare("GET", "/else", ""));
        assertEquals(404, answer.statusCode());
        assertFalse(answer.body().contains("branch"));
        assertEquals(401, served.send(served.bare("GET", "/api/", "")).statusCode());
    }

    private String raw(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
            socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String head(String line, String host, String... more) {
        return line + "\nHost: " + host + "\nAuthorization: Bearer " + ServedDaemon.TOKEN + "\n"
                + String.join("", more) + "\n";
    }

    /// A web page whose own name leads to 127.0.0.1 is of the same origin as the API.
    @Test
    void a_name_that_is_not_of_this_machine_is_refused() throws Exception {
        for (String host : new String[]{"evil.example", "evil.example:9465", "127.0.0.1.evil.example", "localhost.x"}) {
            assertTrue(raw(head("GET /api/status HTTP/1.1", host)).startsWith("HTTP/1.1 403 "), host);
        }
        for (String host : new String[]{"localhost", "127.0.0.1:9", "[::1]:9465"}) {
            assertTrue(raw(head("GET /api/status HTTP/1.0", host)).startsWith("HTTP/1.0 200 "), host);
        }
    }

    /// Browsers ask so whether a page may use the API.
    @Test
    void no_other_origin_is_allowed() throws Exception {
        HttpResponse<String> asked = served.send(served.bare("OPTIONS", "/api/reload", "")
                .header("Origin", "https://evil.example").header("Access-Control-Request-Method", "POST"));
        assertEquals(401, asked.statusCode());
        assertTrue(asked.headers().map().keySet().stream()
                .noneMatch(each -> each.toLowerCase(Locale.ROOT).startsWith("access-control")));
    }

    @Test
    void a_plan_that_is_misspelt_is_no_order() throws Exception {
        served.write("psk", "Lw8sPq02mZx7Rt5Vb");
        for (String query : new String[]{"plna=true", "plan=yes", "plan", "plan=true&plan=false", "PLAN=true"}) {
            assertEquals(400, served.ask("POST", "/api/reload?" + query, "").statusCode(), query);
        }
        assertTrue(served.ask("POST", "/api/reload?plan=true", "").body().contains("credentials"), "still to be done");
    }

    @Test
    void what_is_too_long_is_refused() throws Exception {
        String length = "Content-Length: " + (Call.LONGEST_BODY + 1L) + "\n";
        String announced = raw(head("POST /api/manual HTTP/1.1", "localhost", length));
        assertTrue(announced.startsWith("HTTP/1.1 413 "), announced);
        assertTrue(raw(head("GET /api/status HTTP/1.1", "localhost", "X: " + "x".repeat(9000) + "\n"))
                .startsWith("HTTP/1.1 431 "));
        String line = raw(head("GET /api/status?" + "x".repeat(5000) + " HTTP/1.1", "localhost"));
        assertTrue(line.matches("(?s)HTTP/1\\.[01] 414 .*"), line);
        assertEquals(200, served.ask("GET", "/api/status", "").statusCode());
    }

    /// Its length is not said beforehand.
    @Test
    void a_body_without_end_is_not_held() throws Exception {
        byte[] chunk = ("100000\r\n" + "x".repeat(0x100000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
            socket.getOutputStream().write(head("POST /api/manual HTTP/1.1", "localhost",
                    "Transfer-Encoding: chunked\n").replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThrows(IOException.class, () -> {
                for (int round = 0; round < 200; round++) {
                    socket.getOutputStream().write(chunk);
                }
            });
        }
        assertEquals(200, served.ask("GET", "/api/status", "").statusCode());
    }

    /// Who stands between may have taken the second request for the body of the first.
    @Test
    void nothing_is_smuggled_behind_two_lengths() throws Exception {
        String inner = head("POST /api/connections/branch/down?hold=true HTTP/1.1", "localhost");
        String answer = raw(head("GET /api/status HTTP/1.1", "localhost", "Content-Length: " + (5 + inner.length())
                + "\nTransfer-Encoding: chunked\n") + "0\n\n" + inner);
        assertEquals(answer.indexOf("HTTP/1.1 "), answer.lastIndexOf("HTTP/1.1 "), answer);
        assertFalse(answer.contains(" 202 "), answer);
    }

    /// Answers that nobody reads must not pile up in the daemon.
    @Test
    void who_asks_and_does_not_read_is_dropped() throws Exception {
        byte[] many = head("GET /api/openapi.json HTTP/1.1", "localhost").replace("\n", "\r\n").repeat(500)
                .getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
            assertThrows(IOException.class, () -> {
                for (int round = 0; round < 1000; round++) {
                    socket.getOutputStream().write(many);
                }
            });
        }
        assertEquals(200, served.ask("GET", "/api/status", "").statusCode());
    }
}
