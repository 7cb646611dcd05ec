package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.ike.config.Severity;
import io.vanth.ike.explain.Account;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.StartException;
import io.vanth.ike.session.EngineStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API on the control socket, for its owner only:
///
/// | request | answer |
/// | --- | --- |
/// | `GET /api/status` | 200 with the status |
/// | `GET /api/connections/NAME/explanation` | 200 with why it is not up, or 404 with the known names |
/// | `POST /api/connections/NAME/up`, `/down`, `/rekey` | 202 with the time, or 404 with the known names; `down?hold=true` also refuses the peer |
/// | `POST /api/reload`, with `?plan=true` only saying what it would do | 200 with the changes; 409 when they need a restart of the daemon, 422 with what is wrong in the file, and nothing has changed |
/// | `GET /api/associations`, `/api/policies` | 200 with all SAs or policies of the data plane, and the manual ones that are not there |
/// | `DELETE` of them, or of `/api/associations/NAME` and `/api/policies/NAME` | 200 with how many manual ones were removed; 404 |
/// | `POST /api/manual?folder=PATH` with `manual:` in YAML | 200 with the findings; 409 when it cannot be done, 422 with what is wrong in the text; all of it or nothing |
///
/// NAME is a connection or `connection/tunnel`.
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern ACTION = Pattern
            .compile("/api/connections/([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)?)/(up|down|rekey)");
    private static final Pattern EXPLANATION = Pattern
            .compile("/api/connections/([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)?)/explanation");
    private static final long BIND_SECONDS = 5;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int INTERNAL_ERROR = 500;

    private final Daemon daemon;
    private final String version;
    private final Instant started;
    private final Path socket;
    private final Optional<Reload> reload;
    private final ManualApi manual;
    private HttpServer server;

    private ControlServer(Daemon daemon, Optional<Reload> reload, String version, Path socket) {
        this.daemon = daemon;
        this.reload = reload;
        this.version = version;
        this.socket = socket;
        this.manual = new ManualApi(daemon, reload);
        this.started = daemon.setup().clock().instant();
    }

    /// Listens on `socket`. Without `reload` there is no file to read again.
    ///
    /// A file that a dead daemon left is removed; one that somebody answers on is not.
    public static ControlServer open(Daemon daemon, Optional<Reload> reload, String version, Path socket)
            throws StartException {
        ControlServer control = new ControlServer(daemon, reload, version, socket.toAbsolutePath());
        control.prepare();
        control.listen();
        return control;
    }

    private void prepare() throws StartException {
        try {
            if (!Files.isDirectory(socket.getParent())) {
                Files.createDirectories(socket.getParent(),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (Files.exists(socket)) {
                if (answers()) {
                    throw new StartException(
                            "a daemon answers on %s: stop it, or choose another control.socket".formatted(socket));
                }
                Files.delete(socket);
            }
        } catch (IOException refused) {
            throw new StartException(
                    "the control socket %s cannot be made: %s; choose another control.socket".formatted(socket,
                            refused),
                    refused);
        }
    }

    private boolean answers() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobody) {
            LOG.debug("{} is stale", socket, nobody);
            return false;
        }
    }

    private void listen() throws StartException {
        try {
            server = daemon.vertx().createHttpServer().requestHandler(this::handle);
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

    private void handle(HttpServerRequest request) {
        Matcher explanation = EXPLANATION.matcher(request.path());
        Matcher action = ACTION.matcher(request.path());
        if (request.path().equals("/api/status")) {
            only(HttpMethod.GET, request, () -> status(request));
        } else if (explanation.matches()) {
            only(HttpMethod.GET, request, () -> explain(request, explanation.group(1)));
        } else if (request.path().equals("/api/reload")) {
            only(HttpMethod.POST, request, () -> reload.ifPresentOrElse(
                    files -> reload(request, files, "true".equals(request.getParam("plan"))),
                    () -> fail(request, CONFLICT, "this daemon has no configuration file")));
        } else if (manual.takes(request)) {
            manual.handle(request);
        } else if (action.matches()) {
            only(HttpMethod.POST, request, () -> act(request, action.group(1), action.group(2)));
        } else {
            fail(request, NOT_FOUND, "there is no " + request.path());
        }
    }

    private static void only(HttpMethod method, HttpServerRequest request, Runnable work) {
        if (request.method().equals(method)) {
            work.run();
        } else {
            fail(request, METHOD_NOT_ALLOWED, "only " + method);
        }
    }

    private void status(HttpServerRequest request) {
        Future.all(daemon.status(), Future.fromCompletionStage(daemon.associations())).onComplete(both -> {
            if (both.failed()) {
                fail(request, INTERNAL_ERROR, String.valueOf(both.cause().getMessage()));
            } else {
                answer(request, OK,
                        StatusJson.render(version, started, daemon.setup().clock().instant(), both.result().resultAt(0),
                                both.result().resultAt(1), daemon.counters()));
            }
        });
    }

    private void explain(HttpServerRequest request, String name) {
        daemon.diagnose(name).onComplete(found -> {
            if (found.failed()) {
                fail(request, INTERNAL_ERROR, String.valueOf(found.cause().getMessage()));
            } else if (found.result().isPresent()) {
                answer(request, OK, AccountJson.render(Account.of(found.result().get())));
            } else {
                daemon.status().onSuccess(status -> unknown(request, name, names(status)));
            }
        });
    }

    private static void unknown(HttpServerRequest request, String name, List<String> known) {
        ObjectNode body = NODES.objectNode()
                .put("error", "there is no '%s'; known: %s".formatted(name, String.join(", ", known)));
        known.forEach(body.putArray("known")::add);
        answer(request, NOT_FOUND, body.toString());
    }

    private void act(HttpServerRequest request, String name, String action) {
        daemon.status().onComplete(status -> {
            if (status.failed()) {
                fail(request, INTERNAL_ERROR, String.valueOf(status.cause().getMessage()));
                return;
            }
            List<String> known = names(status.result());
            if (!known.contains(name)) {
                unknown(request, name, known);
                return;
            }
            perform(action, name, "true".equals(request.getParam("hold")));
            answer(request, ACCEPTED, NODES.objectNode().put("at", daemon.setup().clock().instant().toString())
                    .toString());
        });
    }

    private static List<String> names(EngineStatus status) {
        return status.connections().stream().<String>mapMulti((connection, add) -> {
            add.accept(connection.name());
            connection.tunnels().forEach(tunnel -> add.accept(connection.name() + "/" + tunnel.name()));
        }).toList();
    }

    private void perform(String action, String name, boolean hold) {
        switch (action) {
            case "up" -> daemon.up(name);
            case "down" -> daemon.down(name, hold);
            case "rekey" -> daemon.rekey(name);
            default -> throw new IllegalStateException(action);
        }
    }

    private void reload(HttpServerRequest request, Reload files, boolean planOnly) {
        daemon.vertx().executeBlocking(planOnly ? files::plan : files::apply).onComplete(done -> {
            if (done.failed()) {
                fail(request, INTERNAL_ERROR, String.valueOf(done.cause().getMessage()));
                return;
            }
            Reload.Outcome outcome = done.result();
            boolean unusable = outcome.findings().stream().anyMatch(each -> each.severity() == Severity.ERROR);
            answer(request, unusable ? UNPROCESSABLE : outcome.refused().isEmpty() ? OK : CONFLICT,
                    ReloadJson.render(outcome));
        });
    }

    static void fail(HttpServerRequest request, int code, String reason) {
        answer(request, code, NODES.objectNode().put("error", reason).toString());
    }

    static void answer(HttpServerRequest request, int code, String body) {
        request.response().setStatusCode(code).putHeader("Content-Type", "application/json").end(body + "\n");
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
