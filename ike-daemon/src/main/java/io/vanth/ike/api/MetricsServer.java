package io.vanth.ike.api;

import io.vanth.dataplane.SaStatus;
import io.vanth.ike.metrics.DaemonMetrics;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.StartException;
import io.vanth.ike.session.EngineStatus;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
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
    private static final long REFRESH_MILLIS = 1000;
    private static final long BIND_SECONDS = 5;
    /// A scrape takes milliseconds; the next one may connect anew.
    private static final Duration CONNECTION = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 32;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Daemon daemon;
    private final DaemonMetrics metrics;
    private final HttpServer server;
    private final long timer;
    private long expected;

    private MetricsServer(Daemon daemon, DaemonMetrics metrics) {
        Vertx vertx = daemon.vertx();
        this.daemon = daemon;
        this.metrics = metrics;
        this.server = vertx.createHttpServer(BriefConnections.OPTIONS)
                .connectionHandler(new BriefConnections(vertx, CONNECTION, CONNECTIONS)).requestHandler(this::handle);
        this.expected = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REFRESH_MILLIS);
        this.timer = vertx.setPeriodic(REFRESH_MILLIS, _ -> refresh());
        refresh();
    }

    /// Listens on `address`, and refreshes the state every second. The daemon is ready when this is called.
    public static MetricsServer open(Daemon daemon, DaemonMetrics metrics, InetSocketAddress address)
            throws StartException {
        MetricsServer opened = new MetricsServer(daemon, metrics);
        try {
            HttpServer _ = opened.server.listen(address.getPort(), address.getAddress().getHostAddress())
                    .toCompletionStage().toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
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

    private void refresh() {
        long now = System.nanoTime();
        metrics.eventLoopLag(Duration.ofNanos(Math.max(0, now - expected)));
        expected = now + TimeUnit.MILLISECONDS.toNanos(REFRESH_MILLIS);
        Future.all(daemon.status(), Future.fromCompletionStage(daemon.associations())).onComplete(both -> {
            if (both.succeeded()) {
                take(both.result());
            } else {
                LOG.debug("the state is not known", both.cause());
            }
        });
    }

    private void take(CompositeFuture both) {
        EngineStatus status = both.resultAt(0);
        List<SaStatus> installed = both.resultAt(1);
        metrics.refresh(status, installed, daemon.counters(), daemon.setup().clock().instant());
    }

    private void handle(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            answer(request, METHOD_NOT_ALLOWED, PLAIN, "only GET\n");
            return;
        }
        switch (request.path()) {
            case "/metrics" -> answer(request, OK, PROMETHEUS, metrics.scrape());
            case "/health/live", "/health/ready" -> answer(request, OK, PLAIN, "ok\n");
            default -> answer(request, NOT_FOUND, PLAIN, "there are /metrics, /health/live and /health/ready\n");
        }
    }

    private static void answer(HttpServerRequest request, int code, String type, String body) {
        request.response().setStatusCode(code).putHeader("Content-Type", type).end(body);
    }

    /// Stops listening.
    @Override
    public void close() {
        daemon.vertx().cancelTimer(timer);
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
