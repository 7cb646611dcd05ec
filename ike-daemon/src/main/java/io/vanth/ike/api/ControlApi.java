package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.dataplane.SaStatus;
import io.vanth.ike.config.Severity;
import io.vanth.ike.explain.Account;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.session.EngineStatus;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the API can do, as one table of routes. A name is that of a connection or `connection/tunnel`.
public final class ControlApi {
    private static final Logger LOG = LoggerFactory.getLogger(ControlApi.class);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String CONNECTION = "/api/connections/{connection}";
    /// What only reads waits for nothing that changes something.
    static final boolean UNORDERED = false;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int UNAVAILABLE = 503;
    private static final int INTERNAL_ERROR = 500;

    private final Daemon daemon;
    private final String version;
    private final Instant started;
    private final Optional<Reload> reload;
    private final EventFeed events;
    private final EventStreams streams;
    private final Installed installed;
    private final Routes routes;
    private final String document;

    /// @param reload empty where there is no file to read again
    /// @param events what happens in the daemon
    public ControlApi(Daemon daemon, Optional<Reload> reload, String version, EventFeed events) {
        this.daemon = daemon;
        this.reload = reload;
        this.version = version;
        this.events = events;
        this.streams = new EventStreams(daemon.vertx(), events);
        this.installed = new Installed(daemon::associations);
        this.started = daemon.setup().clock().instant();
        this.routes = new Routes(table());
        this.document = OpenApi.render(version, routes.all());
    }

    Daemon daemon() {
        return daemon;
    }

    Routes routes() {
        return routes;
    }

    /// All that is served.
    ///
    /// @param token   whether requests for the API have to bring one
    /// @param guarded what a request for the API goes through
    Handler<HttpServerRequest> with(boolean token, Handler<HttpServerRequest> guarded) {
        StatusPage page = new StatusPage(token);
        return request -> {
            if (request.response().writeQueueFull()) {
                // It asks again and again and reads no answer: they must not pile up here.
                LOG.debug("{} does not read its answers and is dropped", request.remoteAddress());
                request.connection().close();
            } else {
                (request.path().startsWith("/api/") ? guarded : page).handle(request);
            }
        };
    }

    private List<Route> table() {
        List<Route> all = new ArrayList<>();
        all.add(Route.of(HttpMethod.GET, "/api/openapi.json", "openapi", "This document.",
                call -> call.answer(OK, document)).answers(OK, Route.Answer.json("the document", "Document")));
        all.add(Route.of(HttpMethod.GET, "/api/status", "status", "Connections, tunnels and their SAs.", this::status)
                .answers(OK, Route.Answer.json("the status", "Status")));
        for (String path : List.of(CONNECTION, CONNECTION + "/{tunnel}")) {
            String what = path.equals(CONNECTION) ? "Connection" : "Tunnel";
            all.add(named(HttpMethod.GET, path + "/explanation", "explain" + what, "Why it is not up.", this::explain)
                    .answers(OK, Route.Answer.json("why", "Account")));
            all.add(action(path + "/up", "up" + what, "Brings it up.",
                    call -> act(call, name -> daemon.up(name))));
            all.add(action(path + "/down", "down" + what, "Takes it down, at the peer too.",
                    call -> act(call, name -> daemon.down(name, call.flag("hold"))))
                    .query("hold", "boolean", "also refuses the peer until it is brought up again"));
            all.add(action(path + "/rekey", "rekey" + what, "Negotiates new keys.",
                    call -> act(call, name -> daemon.rekey(name))));
        }
        all.add(Route
                .of(HttpMethod.POST, "/api/reload", "reload", "Reads the configuration again: all of it or nothing.",
                        this::reload)
                .query("plan", "boolean", "only says what it would do")
                .answers(OK, Route.Answer.json("what has changed", "Reloaded"))
                .answers(CONFLICT, Route.Answer.json("nothing has changed, and why", "Refused"))
                .answers(UNPROCESSABLE, Route.Answer.json("the file is wrong, and nothing has changed", "Refused")));
        all.addAll(new ManualApi(daemon, reload, events, installed).table());
        all.add(Route.of(HttpMethod.GET, "/api/events", "events",
                "Server-sent events, one for each thing that happens; the data of each fits the schema Event.",
                streams::open)
                .header("Last-Event-ID", "the events after this one that are still remembered come first")
                .answers(OK, new Route.Answer("the events", Route.EVENTS, "EventStream"))
                .answers(UNAVAILABLE, Route.Answer.error("too many listen already")));
        return all;
    }

    private static Route named(HttpMethod method, String path, String operation, String summary, Consumer<Call> work) {
        return Route.of(method, path, operation, summary, work)
                .answers(NOT_FOUND, Route.Answer.json("there is no such name", "Unknown"));
    }

    private static Route action(String path, String operation, String summary, Consumer<Call> work) {
        return named(HttpMethod.POST, path, operation, summary, work)
                .answers(ACCEPTED, Route.Answer.json("it has begun; the time by the daemon's clock", "Accepted"));
    }

    private static String name(Call call) {
        return call.name("connection").orElseThrow() + call.name("tunnel").map(each -> "/" + each).orElse("");
    }

    private void status(Call call) {
        Future.all(daemon.status(), Future.fromCompletionStage(installed.ask())).onComplete(both -> {
            if (both.failed()) {
                call.fail(INTERNAL_ERROR, String.valueOf(both.cause().getMessage()));
            } else {
                render(call, both.result());
            }
        });
    }

    /// Away from the event loop, which others need meanwhile.
    private void render(Call call, CompositeFuture both) {
        Optional<List<SaStatus>> found = both.resultAt(1);
        daemon.vertx().executeBlocking(() -> StatusJson.render(version, started, daemon.setup().clock().instant(),
                both.resultAt(0), found, found.isPresent() ? daemon.counters() : Map.of()), UNORDERED)
                .onComplete(text -> {
                    if (text.failed()) {
                        call.fail(INTERNAL_ERROR, String.valueOf(text.cause().getMessage()));
                    } else {
                        call.answer(OK, text.result());
                    }
                });
    }

    private void explain(Call call) {
        daemon.diagnose(name(call)).onComplete(found -> {
            if (found.failed()) {
                call.fail(INTERNAL_ERROR, String.valueOf(found.cause().getMessage()));
            } else if (found.result().isPresent()) {
                daemon.vertx().executeBlocking(() -> AccountJson.render(Account.of(found.result().get(),
                        daemon.manual().policies())), UNORDERED).onSuccess(told -> call.answer(OK, told))
                        .onFailure(broken -> call.fail(INTERNAL_ERROR, String.valueOf(broken.getMessage())));
            } else {
                daemon.status().onSuccess(status -> unknown(call, names(status)));
            }
        });
    }

    private static void unknown(Call call, List<String> known) {
        ObjectNode body = NODES.objectNode()
                .put("error", "there is no '%s'; known: %s".formatted(name(call), String.join(", ", known)));
        known.forEach(body.putArray("known")::add);
        call.answer(NOT_FOUND, body.toString());
    }

    private void act(Call call, Consumer<String> action) {
        daemon.status().onComplete(status -> {
            if (status.failed()) {
                call.fail(INTERNAL_ERROR, String.valueOf(status.cause().getMessage()));
                return;
            }
            List<String> known = names(status.result());
            if (!known.contains(name(call))) {
                unknown(call, known);
                return;
            }
            call.answer(ACCEPTED, asked(daemon.setup().clock(), () -> action.accept(name(call))));
        });
    }

    /// Asks for something, and tells when: what comes of it is never older, however soon it is done.
    static String asked(InstantSource clock, Runnable action) {
        Instant before = clock.instant();
        action.run();
        return NODES.objectNode().put("at", before.toString()).toString();
    }

    private static List<String> names(EngineStatus status) {
        return status.connections().stream().<String>mapMulti((connection, add) -> {
            add.accept(connection.name());
            connection.tunnels().forEach(tunnel -> add.accept(connection.name() + "/" + tunnel.name()));
        }).toList();
    }

    private void reload(Call call) {
        if (reload.isEmpty()) {
            call.answer(CONFLICT, ReloadJson.render(
                    new Reload.Outcome(List.of(), List.of(), "this daemon has no configuration file")));
            return;
        }
        boolean planOnly = call.flag("plan");
        Reload files = reload.get();
        daemon.vertx().executeBlocking(() -> planOnly ? files.plan() : events.reloaded(files.apply()))
                .onComplete(done -> {
                    if (done.failed()) {
                        call.fail(INTERNAL_ERROR, String.valueOf(done.cause().getMessage()));
                        return;
                    }
                    Reload.Outcome outcome = done.result();
                    boolean bad = outcome.findings().stream().anyMatch(each -> each.severity() == Severity.ERROR);
                    call.answer(bad ? UNPROCESSABLE : outcome.refused().isEmpty() ? OK : CONFLICT,
                            ReloadJson.render(outcome));
                });
    }
}
