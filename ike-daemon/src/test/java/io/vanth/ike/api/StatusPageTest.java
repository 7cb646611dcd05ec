package io.vanth.ike.api;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// O-8: how the status page is served, and what must not be in it.
@Timeout(120)
class StatusPageTest {
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"|from '\\./([^']+)'");
    private static final int SMALL = 16_384;

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

    private HttpResponse<String> get(String path) throws Exception {
        return served.send(served.bare("GET", path, ""));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /// The page and all that it names, by path.
    private List<HttpResponse<String>> all() throws Exception {
        Set<String> wanted = new LinkedHashSet<>(Set.of("/"));
        List<HttpResponse<String>> found = new ArrayList<>();
        while (found.size() < wanted.size()) {
            HttpResponse<String> piece = get(List.copyOf(wanted).get(found.size()));
            found.add(piece);
            LINK.matcher(piece.body()).results()
                    .forEach(link -> wanted.add(link.group(1) == null ? "/page/" + link.group(2) : link.group(1)));
        }
        assertEquals(StatusPage.SCRIPTS.size() + 3, found.size(), wanted::toString);
        return found;
    }

    @Test
    void the_page_is_there_without_the_token_and_its_content_is_not() throws Exception {
        for (HttpResponse<String> piece : all()) {
            assertEquals(200, piece.statusCode(), piece::toString);
            assertFalse(piece.body().contains(ServedDaemon.TOKEN) || piece.body().contains("branch"), piece::toString);
        }
        assertTrue(get("/").body().contains("data-access=\"token\""));
        assertEquals(401, get("/api/status").statusCode());
        assertEquals(404, get("/page/").statusCode());
        assertEquals(404, get("/page/../api.schemas.json").statusCode());
        assertEquals(405, served.send(served.bare("POST", "/", "")).statusCode());
    }

    @Test
    void a_browser_is_told_to_run_and_to_fetch_nothing_else() throws Exception {
        for (HttpResponse<String> piece : all()) {
            String policy = header(piece, "Content-Security-Policy");
            assertTrue(policy.startsWith("default-src 'none';") && policy.contains("frame-ancestors 'none'"), policy);
            assertFalse(policy.contains("unsafe") || policy.contains("*") || policy.contains("data:"), policy);
            assertEquals("nosniff", header(piece, "X-Content-Type-Options"));
            assertEquals("no-referrer", header(piece, "Referrer-Policy"));
            assertTrue(piece.body().length() < SMALL, () -> piece.uri() + " has " + piece.body().length());
        }
    }

    @Test
    void what_a_browser_has_it_does_not_get_again() throws Exception {
        for (HttpResponse<String> piece : all()) {
            String tag = header(piece, "ETag");
            HttpResponse<String> again = served.send(served.bare("GET", piece.uri().getPath(), "")
                    .header("If-None-Match", "\"other\", W/" + tag));
            assertEquals(304, again.statusCode());
            assertEquals(tag, header(again, "ETag"));
            assertEquals("", again.body());
            assertEquals(200, served.send(served.bare("GET", piece.uri().getPath(), "")
                    .header("If-None-Match", "\"other\"")).statusCode());
            HttpResponse<String> head = served.send(served.bare("HEAD", piece.uri().getPath(), ""));
            assertEquals(String.valueOf(piece.body().getBytes(StandardCharsets.UTF_8).length),
                    header(head, "Content-Length"));
        }
    }

    /// What a peer says could be in each of these places.
    @Test
    void no_text_becomes_markup_and_nothing_is_inline() throws Exception {
        Pattern risky = Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|Function\\("
                + "|DOMParser|srcdoc|<script>|<style|\\son[a-z]+=|style=\"|javascript:|localStorage|\\.cookie"
                + "|https?://(?!www\\.w3\\.org/2000/svg)");
        for (HttpResponse<String> piece : all()) {
            assertEquals(List.of(), risky.matcher(piece.body()).results().map(each -> each.group()).toList(),
                    () -> piece.uri().toString());
        }
    }

    private String askSocket(String method, String path, String... headers) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve("own.sock")));
            channel.write(ByteBuffer.wrap("%s %s HTTP/1.0\r\n%sContent-Length: 0\r\n\r\n".formatted(method, path,
                    String.join("", headers)).getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void assertSocketAnswers(int code, String method, String path, String... headers) throws IOException {
        String answer = askSocket(method, path, headers);
        assertTrue(answer.startsWith("HTTP/1.0 " + code + " "), answer);
    }

    /// Who forwards it to a port has it in reach of each page in their browser.
    @Test
    void on_the_control_socket_the_page_asks_for_no_token_and_pages_of_others_get_nothing() throws Exception {
        try (ControlServer _ = ControlServer.open(served.api(), folder.resolve("own.sock"))) {
            String page = askSocket("GET", "/", "Host: localhost:8080\r\n");
            assertTrue(page.startsWith("HTTP/1.0 200 ") && page.contains("data-access=\"open\""), page);
            for (String host : new String[]{"", "Host: vanth\r\n", "Host: 127.0.0.1:8080\r\n",
                    "Host: [::1]:8080\r\n"}) {
                assertSocketAnswers(200, "GET", "/api/status", host);
            }
            assertSocketAnswers(202, "POST", "/api/connections/branch/down", "Host: localhost:8080\r\n",
                    "Origin: http://localhost:8080\r\n");
            assertSocketAnswers(403, "POST", "/api/connections/branch/down", "Host: localhost:8080\r\n",
                    "Origin: https://evil.example\r\n");
            assertSocketAnswers(403, "POST", "/api/connections/branch/down", "Host: localhost:8080\r\n",
                    "Origin: null\r\n");
            for (String other : new String[]{"evil.example:8080", "wpad:8080", "vanth.evil", "localhost."}) {
                assertSocketAnswers(403, "GET", "/api/status", "Host: " + other + "\r\n");
            }
            assertSocketAnswers(403, "POST", "/api/connections/branch/down?hold=true", "Host: evil:8080\r\n",
                    "Origin: http://evil:8080\r\n");
            assertSocketAnswers(200, "GET", "/api/status", "Host: VANTH.localhost:8080\r\n");
        }
    }
}
