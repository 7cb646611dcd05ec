package io.vanth.ike.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// Talks to the daemon's API: one HTTP/1.0 request for each connection, which keeps the client small and quick to start.
///
/// @param door     the way to the daemon
/// @param patience how long a daemon may take for an answer
record ControlClient(Door door, Duration patience) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final char OK_CLASS = '2';
    private static final int UNAUTHORIZED = 401;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /// A daemon shows that it is there every 15 seconds.
    private static final Duration SILENCE = Duration.ofSeconds(60);
    /// More is refused there.
    private static final int LONGEST = 8 * 1024 * 1024;

    ControlClient(Path socket) {
        this(new SocketDoor(socket), PATIENCE);
    }

    ControlClient(Door door) {
        this(door, PATIENCE);
    }

    JsonNode get(String path) throws Refusal {
        return request("GET", path);
    }

    JsonNode post(String path) throws Refusal {
        return request("POST", path);
    }

    /// @param body sent in UTF-8
    JsonNode post(String path, String body) throws Refusal {
        return request("POST", path, body);
    }

    JsonNode delete(String path) throws Refusal {
        return request("DELETE", path);
    }

    private JsonNode request(String method, String path) throws Refusal {
        return request(method, path, "");
    }

    private JsonNode request(String method, String path, String content) throws Refusal {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST) {
            throw new Refusal("the daemon takes at most %d bytes at once, and this is %d".formatted(LONGEST,
                    bytes.length));
        }
        String answer = exchange(head(method, path, "Content-Length: %d\r\n".formatted(bytes.length)), bytes);
        int headEnd = answer.indexOf("\r\n\r\n");
        String[] statusLine = answer.split(" ", 3);
        if (headEnd < 0 || statusLine.length < 3 || !statusLine[1].matches("\\d{3}")) {
            throw new Refusal("what answers on %s is no Vanth daemon".formatted(door));
        }
        JsonNode body = parse(answer.substring(headEnd + 4));
        if (statusLine[1].charAt(0) != OK_CLASS) {
            throw new Refusal(wrong(body, statusLine[1]));
        }
        return body;
    }

    static String wrong(JsonNode body, String code) {
        String detail = body.path("detail").asText("the daemon answered " + code);
        String remedy = body.path("status").asInt() == UNAUTHORIZED
                ? "write --token-file, or --cert and --key, as its "
                        + "control.token and control.tls.ca ask for it"
                : body.path("remedy").asText();
        return body.path("error").asText(remedy.isEmpty() ? detail : detail + ": " + remedy);
    }

    private byte[] head(String method, String path, String headers) throws Refusal {
        return "%s %s HTTP/1.0\r\n%s%s\r\n".formatted(method, path, door.headers(), headers)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Hands each line of a stream to `lines` until the daemon ends it.
    ///
    /// @param headers each with its line end
    void follow(String path, String headers, Consumer<String> lines) throws Refusal {
        byte[] head = head("GET", path, headers);
        try (Door.Line line = door.open(SILENCE)) {
            line.out().write(head);
            line.out().flush();
            var reader = new BufferedReader(new InputStreamReader(line.in(), StandardCharsets.UTF_8));
            String status = reader.readLine();
            if (status == null || !status.matches("HTTP/1\\.\\d 200 .*")) {
                throw new Refusal(status == null ? "the daemon on %s has no events".formatted(door) : refusal(reader));
            }
            for (String each = reader.readLine(); each != null; each = reader.readLine()) {
                lines.accept(each);
            }
        } catch (SocketTimeoutException late) {
            throw hangs(SILENCE, late);
        } catch (IOException failed) {
            throw new Refusal(door.reason(failed), failed);
        }
    }

    private String refusal(BufferedReader rest) throws IOException, Refusal {
        String line = rest.readLine();
        while (line != null && !line.isEmpty()) {
            line = rest.readLine();
        }
        line = rest.readLine();
        return line == null ? "the daemon on %s has no events".formatted(door) : wrong(parse(line), "no");
    }

    private String exchange(byte[] head, byte[] content) throws Refusal {
        try (Door.Line line = door.open(patience)) {
            line.out().write(head);
            line.out().write(content);
            line.out().flush();
            return new String(line.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException late) {
            throw hangs(patience, late);
        } catch (IOException failed) {
            throw new Refusal(door.reason(failed), failed);
        }
    }

    /// A daemon that hangs must not hang who asks it.
    private Refusal hangs(Duration time, SocketTimeoutException late) {
        return new Refusal("the daemon on %s does not answer within %d s: does it hang?".formatted(door,
                time.toSeconds()), late);
    }

    private JsonNode parse(String body) throws Refusal {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException bad) {
            throw new Refusal("what answers on %s is no Vanth daemon".formatted(door), bad);
        }
    }
}
