package io.vanth.ike.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class BriefConnectionsTest {
    private static final int MOST = 4;
    private static final Duration LONG = Duration.ofHours(1);
    private static final int END = -1;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private HttpServer serve(Duration life) throws Exception {
        return vertx.createHttpServer(BriefConnections.OPTIONS)
                .connectionHandler(new BriefConnections(vertx, life, MOST))
                .requestHandler(request -> request.response().end("ok"))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get();
    }

    private static Socket connect(HttpServer server) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int read(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return END;
        }
    }

    /// Slow loris: each byte comes in time, and the request never ends.
    @Test
    void aRequestByteByByteIsCutOff() throws Exception {
        HttpServer server = serve(Duration.ofSeconds(1));
        try (Socket socket = connect(server); ScheduledExecutorService slowly = Executors.newScheduledThreadPool(1)) {
            say(socket, "GET /metrics HTTP/1.1\r\nX: ");
            OutputStream out = socket.getOutputStream();
            var _ = slowly.scheduleAtFixedRate(() -> drip(out), 0, 50, TimeUnit.MILLISECONDS);
            assertEquals(END, read(socket));
            slowly.shutdownNow();
        }
    }

    /// An exception ends the repetition, as it should when the other side has closed.
    private static void drip(OutputStream out) {
        try {
            out.write('x');
        } catch (IOException closed) {
            throw new IllegalStateException(closed);
        }
    }

    @Test
    void whoSaysNothingIsCutOff() throws Exception {
        HttpServer server = serve(Duration.ofSeconds(1));
        try (Socket socket = connect(server)) {
            assertEquals(END, read(socket));
        }
    }

    @Test
    void theOldestMakesRoom() throws Exception {
        HttpServer server = serve(LONG);
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                idle.add(connect(server));
                say(idle.getLast(), "GET / HTTP/1.1\r\n");
            }
            try (Socket scrape = connect(server)) {
                say(scrape, "GET /metrics HTTP/1.0\r\nHost: here\r\n\r\n");
                assertTrue(new String(scrape.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                        .endsWith("\r\n\r\nok"));
            }
            assertEquals(END, read(idle.getFirst()));
            say(idle.getLast(), "Host: here\r\n\r\n");
            assertEquals('H', read(idle.getLast()));
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void whoFloodsPushesOutTheirOwn() throws Exception {
        HttpServer server = serve(LONG);
        List<Socket> flood = new ArrayList<>();
        try (Socket honest = connect(server)) {
            say(honest, "GET / HTTP/1.1\r\n");
            for (int i = 0; i < 2 * MOST; i++) {
                flood.add(new Socket(InetAddress.getLoopbackAddress(), server.actualPort(),
                        InetAddress.ofLiteral("127.0.0.2"), 0));
            }
            for (int i = 0; i <= MOST; i++) {
                assertEquals(END, read(flood.get(i)));
            }
            say(honest, "Host: here\r\n\r\n");
            assertEquals('H', read(honest));
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }
}
