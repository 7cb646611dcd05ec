package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what the core asks for; nothing else does. Answers come back as events, from any thread.
final class EffectPerformer {
    private static final Logger LOG = LoggerFactory.getLogger(EffectPerformer.class);

    private final Sockets sockets;
    private final DataPlane dataPlane;
    private final Function<String, Future<List<InetSocketAddress>>> resolver;
    private final CryptoWorkers workers;
    private final Consumer<Report> reports;
    private final Consumer<Event> events;
    private CompletableFuture<?> removals = CompletableFuture.completedFuture(null);

    EffectPerformer(Sockets sockets, DataPlane dataPlane,
            Function<String, Future<List<InetSocketAddress>>> resolver, CryptoWorkers workers, Consumer<Report> reports,
            Consumer<Event> events) {
        this.sockets = sockets;
        this.dataPlane = dataPlane;
        this.resolver = resolver;
        this.workers = workers;
        this.reports = reports;
        this.events = events;
    }

    void perform(Effect effect) {
        switch (effect) {
            case Effect.Send(var path, var message) -> sockets.send(path, message);
            case Effect.SendKeepalive(var path) -> sockets.sendKeepalive(path);
            case Effect.Compute(var ticket, var computation) ->
                workers.submit(computation, result -> events.accept(new Event.Computed(ticket, result)));
            case Effect.AllocateSpi(var ticket, var protocol, var destination) ->
                answer(ticket, dataPlane.allocateSpi(protocol, destination),
                        spi -> new Event.SpiAllocated(ticket, spi));
            case Effect.ReleaseSpi(var id) -> finish("release " + id, dataPlane.releaseSpi(id));
            case Effect.InstallSa(var ticket, var association) -> install(ticket, association);
            case Effect.RemoveSa(var id) -> finish("remove " + id, dataPlane.remove(id));
            case Effect.MovePeer(var id, var peer) -> finish("move " + id, dataPlane.movePeer(id, peer));
            case Effect.QueryTraffic(var ticket, var ids) ->
                answer(ticket, dataPlane.associations(), all -> new Event.TrafficSeen(ticket, counters(all, ids)));
            case Effect.Resolve(var ticket, var name) -> resolve(ticket, name);
            case Effect.Tell(var report) -> reports.accept(report);
        }
    }

    private void resolve(long ticket, String name) {
        resolver.apply(name).onComplete(found -> events.accept(new Event.Resolved(ticket,
                found.stream().map(InetSocketAddress::getAddress).toList())),
                failed -> events.accept(new Event.Unresolved(ticket, String.valueOf(failed.getMessage()))));
    }

    /// The data plane copies the keys before it returns, so they end here.
    private void install(long ticket, SecurityAssociation association) {
        try (var _ = association.cipherKey(); var _ = association.integrityKey()) {
            answer(ticket, dataPlane.install(List.of(association)), _ -> new Event.SaInstalled(ticket));
        }
    }

    private static Map<SaId, TrafficCounters> counters(List<SaStatus> all, List<SaId> wanted) {
        Map<SaId, TrafficCounters> found = new HashMap<>();
        Set<SaId> ids = Set.copyOf(wanted);
        all.stream().filter(status -> ids.contains(status.id()))
                .forEach(status -> found.put(status.id(), status.counters()));
        return found;
    }

    private <T> void answer(long ticket, CompletionStage<T> stage, Function<T, Event> event) {
        var _ = stage.whenComplete((result, refused) -> events.accept(
                refused == null ? event.apply(result) : new Event.DataPlaneRefused(ticket, reason(refused))));
    }

    /// Nobody waits for these but a daemon that stops.
    private void finish(String what, CompletionStage<?> stage) {
        CompletableFuture<?> logged = stage.handle((_, refused) -> {
            if (refused != null) {
                LOG.warn("the data plane could not {}: {}", what, reason(refused));
            }
            return null;
        }).toCompletableFuture();
        removals = removals.isDone() ? logged : CompletableFuture.allOf(removals, logged);
    }

    /// Done when the data plane has done all that no event answers.
    CompletableFuture<?> settled() {
        return removals;
    }

    static String reason(Throwable refused) {
        Throwable cause = refused instanceof CompletionException && refused.getCause() != null
                ? refused.getCause()
                : refused;
        return String.valueOf(cause.getMessage());
    }
}
