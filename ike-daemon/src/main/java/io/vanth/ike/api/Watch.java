package io.vanth.ike.api;

import io.vanth.dataplane.SaStatus;
import io.vanth.ike.metrics.DaemonMetrics;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.session.EngineStatus;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Looks at the core and at the data plane once a second, each for itself, and tells the metrics what they answer.
final class Watch implements AutoCloseable {
    private static final long LOOK_MILLIS = 1000;
    private static final long TURN_MILLIS = 250;
    /// A loop that was busy for so long will not come back.
    private static final Duration DEAD = Duration.ofSeconds(30);
    private static final Duration UNREADY = Duration.ofSeconds(10);

    private final Daemon daemon;
    private final Question<Void> turn;
    private final Question<EngineStatus> state;
    private final Question<List<SaStatus>> installed;
    private final Question<Map<String, Long>> counters;
    private final List<Long> timers;

    /// @param context on which answers are taken
    Watch(Daemon daemon, DaemonMetrics metrics, ContextInternal context) {
        Vertx vertx = daemon.vertx();
        this.daemon = daemon;
        InstantSource clock = daemon.setup().clock();
        this.turn = new Question<>(context, clock, () -> {
            Instant asked = clock.instant();
            return daemon.turn().onSuccess(_ -> metrics.eventLoopLag(Duration.between(asked, clock.instant())))
                    .toCompletionStage();
        }, _ -> {});
        this.state = new Question<>(context, clock, () -> daemon.status().toCompletionStage(),
                status -> metrics.engine(status, clock.instant()));
        this.installed = new Question<>(context, clock, daemon::associations, metrics::installed);
        this.counters = new Question<>(context, clock,
                () -> vertx.executeBlocking(daemon::counters).toCompletionStage(), metrics::counters);
        metrics.silence("event_loop", this::eventLoopSilence);
        metrics.silence("data_plane", this::dataPlaneSilence);
        this.timers = List.of(context.setPeriodic(TURN_MILLIS, _ -> turn.ask()),
                context.setPeriodic(LOOK_MILLIS, _ -> look()));
        context.runOnContext(_ -> look());
    }

    private void look() {
        turn.ask();
        state.ask();
        installed.ask();
        counters.ask();
    }

    private Duration eventLoopSilence() {
        return longer(turn.silence(), state.silence());
    }

    private Duration dataPlaneSilence() {
        return longer(installed.silence(), counters.silence());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /// Whether the core still works, or a new start is the only way.
    boolean isAlive() {
        return eventLoopSilence().compareTo(DEAD) < 0;
    }

    /// What keeps the daemon from doing its work for all connections, each a sentence; empty when it is ready.
    List<String> lacks() {
        List<String> lacks = new ArrayList<>();
        for (LocalHost host : daemon.unbound()) {
            lacks.add("no sockets: %s has no address that could be bound".formatted(host));
        }
        if (eventLoopSilence().compareTo(UNREADY) >= 0) {
            lacks.add("the event loop has not answered for %d s".formatted(eventLoopSilence().toSeconds()));
        }
        if (dataPlaneSilence().compareTo(UNREADY) >= 0) {
            lacks.add("the data plane has not answered for %d s".formatted(dataPlaneSilence().toSeconds()));
        }
        return lacks;
    }

    /// Looks no more.
    @Override
    public void close() {
        timers.forEach(daemon.vertx()::cancelTimer);
    }
}
