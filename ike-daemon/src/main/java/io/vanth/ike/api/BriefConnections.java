package io.vanth.ike.api;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Ends connections that last longer than any honest request, and an old one where there are too many: who sends byte
/// by byte, or nothing, must not use up the descriptors that tunnels need. For one event loop.
final class BriefConnections implements Handler<HttpConnection> {
    /// Without the guess at HTTP/2, which would wait for a first byte without a limit.
    static final HttpServerOptions OPTIONS = new HttpServerOptions().setHttp2ClearTextEnabled(false);

    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Duration life;
    private final int most;
    private final Set<HttpConnection> trusted = new HashSet<>();
    private final LinkedHashMap<HttpConnection, Newcomer> newcomersOldestFirst = new LinkedHashMap<>();

    /// @param host empty where it has gone already
    private record Newcomer(long timer, String host) {}

    BriefConnections(Vertx vertx, Duration life, int most) {
        this.vertx = vertx;
        this.life = life;
        this.most = most;
    }

    @Override
    public void handle(HttpConnection connection) {
        SocketAddress remote = connection.remoteAddress();
        newcomersOldestFirst.put(connection, new Newcomer(vertx.setTimer(life.toMillis(), _ -> connection.close()),
                remote == null ? "" : String.valueOf(remote.hostAddress())));
        HttpConnection _ = connection.closeHandler(_ -> {
            endTimer(connection);
            trusted.remove(connection);
        });
        if (newcomersOldestFirst.size() > most) {
            HttpConnection surplus = surplus();
            endTimer(surplus);
            surplus.close();
        }
    }

    /// The oldest of the address that has the most, so that one that floods pushes out its own.
    private HttpConnection surplus() {
        Map<String, Long> counts = newcomersOldestFirst.values().stream()
                .collect(Collectors.groupingBy(Newcomer::host, Collectors.counting()));
        long highest = Collections.max(counts.values());
        return newcomersOldestFirst.entrySet().stream().filter(each -> counts.get(each.getValue().host()) == highest)
                .findFirst().orElseThrow().getKey();
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

    /// Ends all that there are when what they have asked is answered, and streams soon: what they proved counts no more.
    void endAll() {
        Stream.concat(List.copyOf(trusted).stream(), List.copyOf(newcomersOldestFirst.keySet()).stream())
                .forEach(each -> each.shutdown(LAST_WORDS));
    }

    private void endTimer(HttpConnection connection) {
        Newcomer left = newcomersOldestFirst.remove(connection);
        if (left != null) {
            vertx.cancelTimer(left.timer());
        }
    }
}
