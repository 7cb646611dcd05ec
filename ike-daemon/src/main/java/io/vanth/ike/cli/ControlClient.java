package io.vanth.ike.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// Talks to the daemon's API: one HTTP/1.0 request for each connection to the socket, which keeps the client small and
/// quick to start.
///
/// @param patience how long a daemon may take for an answer
record ControlClient(Path socket, Duration patience) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK_CLASS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int BUFFER = 16_384;

    ControlClient(Path socket) {
        this(socket, PATIENCE);
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
        String answer = exchange("%s %s HTTP/1.0\r\nHost: vanth\r\nContent-Length: %d\r\n\r\n".formatted(method,
                path, bytes.length), bytes);
        int headEnd = answer.indexOf("\r\n\r\n");
        String[] statusLine = answer.split(" ", 3);
        if (headEnd < 0 || statusLine.length < 3 || !statusLine[1].matches("\\d{3}")) {
            throw new Refusal("what answers on %s is no Vanth daemon".formatted(socket));
        }
        JsonNode body = parse(answer.substring(headEnd + 4));
        if (statusLine[1].charAt(0) - '0' != OK_CLASS) {
            throw new Refusal(body.path("error").asText("the daemon answered " + statusLine[1]));
        }
        return body;
    }

    /// Hands each line of a stream to `lines` until the daemon ends it.
    ///
    /// @param headers each with its line end
    void follow(String path, String headers, Consumer<String> lines) throws Refusal {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap("GET %s HTTP/1.0\r\nHost: vanth\r\n%s\r\n".formatted(path, headers)
                    .getBytes(StandardCharsets.US_ASCII)));
            var reader = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
            String status = reader.readLine();
            if (status == null || !status.matches("HTTP/1\\.\\d 200 .*")) {
                throw new Refusal("the daemon on %s has no events: %s".formatted(socket, status));
            }
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        } catch (IOException failed) {
            throw new Refusal(reason(failed), failed);
        }
    }

    private String exchange(String head, byte[] content) throws Refusal {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            byte[] start = head.getBytes(StandardCharsets.US_ASCII);
            ByteBuffer out = ByteBuffer.allocate(start.length + content.length).put(start).put(content).flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
            return answer(channel);
        } catch (IOException failed) {
            throw new Refusal(reason(failed), failed);
        }
    }

    /// A daemon that hangs must not hang who asks it.
    private String answer(SocketChannel channel) throws IOException, Refusal {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(BUFFER);
        try (Selector selector = channel.provider().openSelector()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            while (channel.read(in) >= 0) {
                if (in.position() == 0 && selector.select(patience.toMillis()) == 0) {
                    throw new Refusal("the daemon on %s does not answer within %d s: does it hang?".formatted(socket,
                            patience.toSeconds()));
                }
                selector.selectedKeys().clear();
                answer.write(in.array(), 0, in.position());
                in.clear();
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private String reason(IOException failed) {
        if (Files.notExists(socket)) {
            return "no daemon listens on %s (is it running? --socket or -c tells where)".formatted(socket);
        }
        if (failed instanceof AccessDeniedException || String.valueOf(failed.getMessage()).contains("ermission")) {
            return "%s belongs to another user (try as root)".formatted(socket);
        }
        return "no daemon answers on %s: %s".formatted(socket, failed.getMessage());
    }

    private JsonNode parse(String body) throws Refusal {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException bad) {
            throw new Refusal("what answers on %s is no Vanth daemon".formatted(socket), bad);
        }
    }
}
