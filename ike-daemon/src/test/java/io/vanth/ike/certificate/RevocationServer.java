package io.vanth.ike.certificate;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// An HTTP server on the loopback that answers as a test says, and counts what it is asked.
final class RevocationServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Consumer<HttpServerRequest>> places = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    RevocationServer() {
        server = vertx.createHttpServer().requestHandler(request -> {
            asked.add(request.method() + " " + request.path());
            places.getOrDefault(request.path(), each -> each.response().setStatusCode(404).end()).accept(request);
        }).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    /// The address of `path`.
    String at(String path) {
        return "http://127.0.0.1:%d%s".formatted(server.actualPort(), path);
    }

    /// What was asked so far, as `GET /path`.
    List<String> asked() {
        return List.copyOf(asked);
    }

    /// Answers with these bytes.
    void serve(String path, byte[] content) {
        places.put(path, request -> request.response().end(Buffer.buffer(content)));
    }

    /// Answers what is posted.
    void answer(String path, UnaryOperator<byte[]> answer) {
        places.put(path, request -> request.body().onSuccess(
                body -> request.response().end(Buffer.buffer(answer.apply(body.getBytes())))));
    }

    /// Sends those who ask elsewhere.
    void redirect(String path, int status, String to) {
        places.put(path, request -> request.response().setStatusCode(status).putHeader("Location", to).end());
    }

    /// Fails with `status`.
    void fail(String path, int status) {
        places.put(path, request -> request.response().setStatusCode(status).end());
    }

    /// Never answers.
    void silence(String path) {
        places.put(path, _ -> {});
    }

    /// Begins an answer that never ends.
    void begin(String path) {
        places.put(path, request -> request.response().putHeader("Content-Length", "100").write(Buffer.buffer("0")));
    }

    /// Answers without an end and without saying how much.
    void flood(String path) {
        places.put(path, request -> pour(request.response().setChunked(true)));
    }

    private static void pour(HttpServerResponse response) {
        response.write(Buffer.buffer(new byte[16 * 1024])).onSuccess(_ -> pour(response));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
