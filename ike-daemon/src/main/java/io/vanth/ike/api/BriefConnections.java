package io.vanth.ike.api;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;

/// Ends connections that last longer than any honest request, and the oldest one where there are too many: who sends
/// byte by byte, or nothing, must not use up the descriptors that tunnels need. For one event loop.
final class BriefConnections implements Handler<HttpConnection> {
    /// Without the guess at HTTP/2, which would wait for a first byte without a limit.
    static final HttpServerOptions OPTIONS = new HttpServerOptions().setHttp2ClearTextEnabled(false);

    private final Vertx vertx;
    private final Duration life;
    private final int most;
    private final Set<HttpConnection> trusted = new HashSet<>();
    private final LinkedHashMap<HttpConnection, Long> timersOldestFirst = new LinkedHashMap<>();

    BriefConnections(Vertx vertx, Duration life, int most) {
        this.vertx = vertx;
        this.life = life;
        this.most = most;
    }

    @Override
    public void handle(HttpConnection connection) {
        timersOldestFirst.put(connection, vertx.setTimer(life.toMillis(), _ -> connection.close()));
        HttpConnection _ = connection.closeHandler(_ -> {
            endTimer(connection);
            trusted.remove(connection);
        });
        if (timersOldestFirst.size() > most) {
            timersOldestFirst.firstEntry().getKey().close();
        }
    }

    /// Leaves `connection` alone from here on, unless there are `limit` of them already.
    boolean trust(HttpConnection connection, int limit) {
        if (trusted.size() >= limit && !trusted.contains(connection)) {
            return false;
        }
        trusted.add(connection);
        endTimer(connection);
        return true;
    }

    private void endTimer(HttpConnection connection) {
        Long timer = timersOldestFirst.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
