package io.vanth.ike.api;

import io.vanth.ike.runtime.StartException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API on the control socket, for its owner only.
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final long BIND_SECONDS = 5;

    private final ControlApi api;
    private final Path socket;
    private HttpServer server;

    private ControlServer(ControlApi api, Path socket) {
        this.api = api;
        this.socket = socket;
    }

    /// Listens on `socket`.
    ///
    /// A file that a dead daemon left is removed; one that somebody answers on is not.
    public static ControlServer open(ControlApi api, Path socket) throws StartException {
        ControlServer control = new ControlServer(api, socket.toAbsolutePath());
        SocketClaim.prepare(control.socket);
        control.listen();
        return control;
    }

    private void listen() throws StartException {
        try {
            server = api.daemon().vertx().createHttpServer()
                    .requestHandler(new LocalGuard(api.with(false, api.routes())));
            server.listen(SocketAddress.domainSocketAddress(socket.toString())).toCompletionStage()
                    .toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (ExecutionException | TimeoutException | IOException refused) {
            throw new StartException("the control socket %s cannot be opened: %s".formatted(socket, refused), refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", interrupted);
        }
    }

    /// Stops listening and removes the socket.
    @Override
    public void close() {
        try {
            server.close().toCompletionStage().toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
            Files.deleteIfExists(socket);
        } catch (ExecutionException | TimeoutException | IOException broken) {
            LOG.warn("closing the control socket failed", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
