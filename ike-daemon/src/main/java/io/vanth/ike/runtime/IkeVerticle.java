package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.session.Diagnosis;
import io.vanth.ike.session.EngineStatus;
import io.vanth.ike.session.IkeEngine;
import io.vanth.ike.session.Step;
import io.vanth.ike.wire.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the core on one event loop: events in order, each with its effects.
final class IkeVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(IkeVerticle.class);
    /// Datagrams and events of the data plane that may wait for the loop; a flood beyond is dropped, as a socket would.
    private static final int WAITING_AT_MOST = 4096;

    private final IkeEngine engine;
    private final InstantSource clock;
    private final Consumer<Throwable> crashed;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong overflow;
    private ContextInternal loop;
    private Inbox inbox;
    private Timers timers;
    private EffectPerformer performer;
    private boolean ended;

    IkeVerticle(IkeEngine engine, InstantSource clock, AtomicLong overflow, Consumer<Throwable> crashed) {
        this.engine = engine;
        this.clock = clock;
        this.overflow = overflow;
        this.crashed = crashed;
    }

    @Override
    public Future<?> start() {
        loop = (ContextInternal) context;
        inbox = new Inbox(engine::sender, this::take, this::afterSockets, overflow);
        timers = new Timers(vertx, clock, () -> take(new Event.DeadlineReached()));
        return Future.succeededFuture();
    }

    /// The loop, for sockets; there after deployment.
    ContextInternal loop() {
        return loop;
    }

    /// Starts the engine with what performs its effects, after the events that say where it is.
    Future<Void> begin(EffectPerformer withPerformer, List<Event> before) {
        return call(() -> {
            performer = withPerformer;
            before.forEach(each -> apply(engine.step(each, clock.instant())));
            apply(engine.start(clock.instant()));
            return null;
        });
    }

    /// Takes an event from any thread.
    void post(Event event) {
        loop.runOnContext(_ -> take(event));
    }

    /// Takes an event from any thread; done when its effects are.
    Future<Void> tell(Event event) {
        return call(() -> {
            take(event);
            return null;
        });
    }

    /// Takes a datagram of a socket of the loop, on its thread.
    void receive(Path path, Bytes bytes) {
        loop.dispatch(_ -> inbox.add(new Event.Datagram(path, bytes)));
    }

    /// What is scheduled, though for now, waits for the loop's next round, which begins with the sockets.
    private void afterSockets(Runnable work) {
        var _ = loop.nettyEventLoop().schedule(() -> loop.dispatch(_ -> work.run()), 0, TimeUnit.NANOSECONDS);
    }

    /// Takes an event of the data plane, from its threads. What comes once only is never dropped: a flood must not hide
    /// that an SA has expired.
    void fromDataPlane(DataPlaneEvent event) {
        boolean droppable = switch (event) {
            case DataPlaneEvent.IkeDatagram _ -> true;
            case DataPlaneEvent.InvalidSpi _ -> true;
            case DataPlaneEvent.Acquire _ -> true;
            case DataPlaneEvent.MappingChanged _ -> true;
            case DataPlaneEvent.RoutedBack _ -> true;
            case DataPlaneEvent.Expired _ -> false;
            case DataPlaneEvent.Failed _ -> false;
        };
        if (waiting.incrementAndGet() > WAITING_AT_MOST && droppable) {
            waiting.decrementAndGet();
            overflow.incrementAndGet();
            return;
        }
        loop.runOnContext(_ -> {
            waiting.decrementAndGet();
            if (event instanceof DataPlaneEvent.Failed(var reason)) {
                LOG.error("the data plane has failed: {}", reason);
                crashed.accept(new IllegalStateException(reason));
            }
            if (event instanceof DataPlaneEvent.IkeDatagram(var local, var remote, var message)) {
                inbox.add(new Event.Datagram(new Path(local, remote, true), Bytes.owning(message)));
            } else {
                take(new Event.FromDataPlane(event));
            }
        });
    }

    /// Done when the loop comes to it.
    Future<Void> turn() {
        return call(() -> null);
    }

    /// What there is.
    Future<EngineStatus> status() {
        return call(() -> engine.status(clock.instant()));
    }

    /// What there is to explain.
    Future<Optional<Diagnosis>> diagnose(String name) {
        return call(() -> engine.diagnose(name));
    }

    /// Whether a connection or tunnel is configured.
    Future<Boolean> knows(String name) {
        return call(() -> engine.knows(name));
    }

    /// Ends all SAs; done when their deletion was sent and the data plane has forgotten them.
    CompletableFuture<?> shutdown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            take(new Event.Shutdown());
            ended = true;
            timers.disarm();
            CompletableFuture<?> settled = performer == null
                    ? CompletableFuture.completedFuture(null)
                    : performer.settled();
            var _ = settled.whenComplete((_, _) -> done.complete(null));
        });
        return done;
    }

    private <T> Future<T> call(Callable<T> work) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(_ -> {
            try {
                promise.complete(work.call());
            } catch (Exception broken) {
                promise.fail(broken);
            }
        });
        return promise.future();
    }

    private void take(Event event) {
        if (ended || performer == null) {
            return;
        }
        try {
            apply(engine.step(event, clock.instant()));
        } catch (RuntimeException | Error broken) {
            ended = true;
            LOG.error("the core failed on {}", event.getClass().getSimpleName(), broken);
            crashed.accept(broken);
        }
    }

    private void apply(Step step) {
        for (Effect effect : step.effects()) {
            performer.perform(effect);
        }
        timers.arm(step.deadline());
    }
}
