package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The daemon's API, asked without starting a command: what is asked again and again until something is true.
record ControlApi(Path socket) {
    private static final int OK = 200;

    /// The answer to a GET of `path`. A daemon that does not answer is a failure.
    JsonNode get(String path) {
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> exchange(path));
        try {
            return body(answer.get(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException | IOException e) {
            throw new AssertionError("no answer to GET %s on %s".formatted(path, socket), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while asking " + socket, e);
        }
    }

    /// Whether a daemon answers. One that listens may not yet be there: it tries first whether it can listen at all.
    boolean answers() {
        try {
            return exchange("/api/status").startsWith("HTTP/");
        } catch (UncheckedIOException nobody) {
            return false;
        }
    }

    private String exchange(String path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer request = StandardCharsets.US_ASCII
                    .encode("GET %s HTTP/1.0\r\nHost: vanth\r\n\r\n".formatted(path));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a command printed as JSON.
    static JsonNode parse(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode body(String answer) throws IOException {
        String[] headAndBody = answer.split("\r\n\r\n", 2);
        if (headAndBody.length < 2 || !headAndBody[0].matches("(?s)HTTP/1\\.[01] " + OK + " .*")) {
            throw new IOException("unexpected answer: " + answer);
        }
        return new ObjectMapper().readTree(headAndBody[1]);
    }
}
