package io.vanth.ike.api;

import io.vanth.ike.metrics.DaemonMetrics;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.StartException;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/metrics` for Prometheus, `/health/live` and `/health/ready` for whoever keeps the process alive.
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final long BIND_SECONDS = 5;
    /// A scrape takes milliseconds; the next one may connect anew.
    private static final Duration CONNECTION = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 32;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final DaemonMetrics metrics;
    private final HttpServer server;
    private final Watch watch;

    /// @param near whether it listens for this machine alone, to which a web page can have its own name lead
    private MetricsServer(Daemon daemon, DaemonMetrics metrics, ContextInternal context, boolean near) {
        Vertx vertx = daemon.vertx();
        this.metrics = metrics;
        this.server = vertx.createHttpServer(BriefConnections.OPTIONS)
                .connectionHandler(new BriefConnections(vertx, CONNECTION, CONNECTIONS))
                .requestHandler(near ? new LocalGuard(this::handle) : this::handle);
        this.watch = new Watch(daemon, metrics, context);
    }

    /// Listens on `address`, and looks at the daemon every second. The daemon has begun when this is called.
    public static MetricsServer open(Daemon daemon, DaemonMetrics metrics, InetSocketAddress address)
            throws StartException {
        ContextInternal context = daemon.besideCore();
        MetricsServer opened = new MetricsServer(daemon, metrics, context,
                address.getAddress().isLoopbackAddress());
        try {
            Promise<HttpServer> listening = Promise.promise();
            context.runOnContext(_ -> opened.server.listen(address.getPort(), address.getAddress().getHostAddress())
                    .onComplete(listening));
            HttpServer _ = listening.future().toCompletionStage().toCompletableFuture().get(BIND_SECONDS,
                    TimeUnit.SECONDS);
            return opened;
        } catch (ExecutionException refused) {
            opened.close();
            throw refusal(address, refused.getCause().getMessage(), refused);
        } catch (TimeoutException late) {
            opened.close();
            throw refusal(address, "no answer for %d s".formatted(BIND_SECONDS), late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", interrupted);
        }
    }

    private static StartException refusal(InetSocketAddress address, String reason, Exception cause) {
        return new StartException("metrics cannot be served on %s:%d: %s; change metrics.listen".formatted(
                address.getAddress().getHostAddress(), address.getPort(), reason), cause);
    }

    /// The port, which the system chose when 0 was asked for.
    public int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            answer(request, METHOD_NOT_ALLOWED, PLAIN, "only GET\n");
            return;
        }
        switch (request.path()) {
            case "/metrics" -> answer(request, OK, PROMETHEUS, metrics.scrape());
            case "/health/live" -> answer(request, watch.isAlive()
                    ? List.of()
                    : List.of("the event loop does not answer any more"));
            case "/health/ready" -> answer(request, watch.lacks());
            default -> answer(request, NOT_FOUND, PLAIN, "there are /metrics, /health/live and /health/ready\n");
        }
    }

    /// `ok`, or a line for each thing that lacks.
    private static void answer(HttpServerRequest request, List<String> lacks) {
        if (lacks.isEmpty()) {
            answer(request, OK, PLAIN, "ok\n");
        } else {
            answer(request, UNAVAILABLE, PLAIN, String.join("\n", lacks) + "\n");
        }
    }

    private static void answer(HttpServerRequest request, int code, String type, String body) {
        request.response().setStatusCode(code).putHeader("Content-Type", type).end(body);
    }

    /// Stops listening.
    @Override
    public void close() {
        watch.close();
        try {
            server.close().toCompletionStage().toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException broken) {
            LOG.warn("closing the metrics server failed", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        metrics.close();
    }
}
