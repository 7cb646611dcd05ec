package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaStatus;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Finding;
import io.vanth.ike.runtime.Daemon;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The part of the API about SAs and policies. What may take long is done on worker threads.
final class ManualApi {
    private static final Logger LOG = LoggerFactory.getLogger(ManualApi.class);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private final Daemon daemon;
    private final Optional<Reload> files;
    private final EventFeed events;
    private final Installed installed;

    /// What is sent back.
    private record Answer(int code, String body) {
        static Answer error(int code, String reason) {
            return new Answer(code, NODES.objectNode().put("error", reason).toString());
        }
    }

    ManualApi(Daemon daemon, Optional<Reload> files, EventFeed events, Installed installed) {
        this.installed = installed;
        this.daemon = daemon;
        this.events = events;
        this.files = files;
    }

    List<Route> table() {
        Route add = Route.of(HttpMethod.POST, "/api/manual", "addManual",
                "Adds manual SAs and policies: all of them or nothing.", this::add)
                .query("folder", "string", "where the names of key files begin").query("name", "string",
                        "what findings call the text")
                .takes("application/yaml").answers(OK, Route.Answer.json("what was added", "Added"))
                .answers(CONFLICT, Route.Answer.error("it cannot be done"))
                .answers(Call.TOO_LARGE, Route.Answer.error("the text is too long"))
                .answers(UNPROCESSABLE, Route.Answer.json("the text or the folder is wrong", "Unfit"));
        return List.of(Route.of(HttpMethod.GET, "/api/associations", "associations",
                "All SAs of the data plane, and the manual ones that are not there.", call -> list(call, true))
                .answers(OK, Route.Answer.json("the SAs", "Associations"))
                .answers(UNAVAILABLE, Route.Answer.error("the data plane does not answer")),
                Route.of(HttpMethod.GET, "/api/policies", "policies",
                        "All policies of the data plane in the order in which they are looked at.",
                        call -> list(call, false)).answers(OK, Route.Answer.json("the policies", "Policies")),
                removal("/api/associations", "removeAssociations", "Removes all manual SAs.", true),
                removal("/api/policies", "removePolicies", "Removes all manual policies.", false),
                removal("/api/associations/{name}", "removeAssociation", "Removes a manual SA.", true)
                        .answers(NOT_FOUND, Route.Answer.error("there is none of this name")),
                removal("/api/policies/{name}", "removePolicy", "Removes a manual policy.", false)
                        .answers(NOT_FOUND, Route.Answer.error("there is none of this name")),
                add);
    }

    private Route removal(String path, String operation, String summary, boolean associations) {
        return Route.of(HttpMethod.DELETE, path, operation, summary,
                call -> work(call, () -> remove(associations, call.name("name"))))
                .answers(OK, Route.Answer.json("how many were removed", "Removed"))
                .answers(CONFLICT, Route.Answer.error("the data plane refuses"));
    }

    private void add(Call call) {
        String folder = call.query("folder").orElse("/");
        String name = call.query("name").orElse("manual");
        call.text().onComplete(body -> {
            if (body.failed()) {
                call.fail(INTERNAL_ERROR, String.valueOf(body.cause().getMessage()));
            } else {
                work(call, () -> add(body.result(), name, folder));
            }
        });
    }

    private Answer add(String text, String name, String folder) {
        Optional<Path> from = absolute(folder);
        if (from.isEmpty()) {
            ObjectNode body = NODES.objectNode().put("error", "the folder has to be an absolute path");
            body.putArray("findings");
            return new Answer(UNPROCESSABLE, body.toString());
        }
        if (files.isEmpty()) {
            return Answer.error(CONFLICT, "this daemon has no configuration file");
        }
        try {
            ConfigLoader.Addition added = files.get().add(text, name, from.get());
            ObjectNode body = NODES.objectNode();
            ArrayNode findings = body.putArray("findings");
            added.findings().stream().map(Finding::toString).forEach(findings::add);
            if (added.entries().isEmpty()) {
                body.put("error", String.join("; ", added.findings().stream().map(Finding::toString).toList()));
                return new Answer(UNPROCESSABLE, body.toString());
            }
            events.changed("manual", "added");
            LOG.info("added by command from {}: {} association(s) and {} policies", name,
                    added.entries().get().associations().size(), added.entries().get().policies().size());
            body.put("associations", added.entries().get().associations().size());
            body.put("policies", added.entries().get().policies().size());
            return new Answer(OK, body.toString());
        } catch (DataPlaneException refused) {
            return Answer.error(CONFLICT, refused.getMessage());
        }
    }

    private static Optional<Path> absolute(String folder) {
        try {
            return Optional.of(Path.of(folder)).filter(Path::isAbsolute);
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private Answer remove(boolean associations, Optional<String> name) {
        try {
            int removed = associations
                    ? daemon.manual().removeAssociations(name)
                    : daemon.manual().removePolicies(name);
            if (removed == 0 && name.isPresent()) {
                return Answer.error(NOT_FOUND, "there is no manual %s '%s'%s".formatted(associations
                        ? "association"
                        : "policy", name.get(),
                        associations
                                ? "; what was negotiated ends with 'vanth down'"
                                : "; those of connections are in the configuration"));
            }
            if (removed > 0) {
                events.changed("manual", "removed");
                LOG.info("removed by command: {}", name
                        .map(each -> "%s '%s'".formatted(associations ? "association" : "policy", each))
                        .orElseGet(() -> "all %d manual %s".formatted(removed,
                                associations ? "associations" : "policies")));
            }
            return new Answer(OK, NODES.objectNode().put("removed", removed).toString());
        } catch (DataPlaneException refused) {
            return Answer.error(CONFLICT, refused.getMessage());
        }
    }

    private void list(Call call, boolean associations) {
        if (associations) {
            Future<Optional<List<SaStatus>>> all = Future.fromCompletionStage(installed.ask(),
                    daemon.vertx().getOrCreateContext());
            all.onComplete(listed -> work(call, listed.failed(), listed.cause(), () -> associations(listed.result())));
        } else {
            Future<List<Policy>> all = Future.fromCompletionStage(daemon.policies(),
                    daemon.vertx().getOrCreateContext());
            all.onComplete(listed -> work(call, listed.failed(), listed.cause(), () -> new Answer(OK,
                    ManualJson.policies(listed.result(), daemon.manual()))));
        }
    }

    private Answer associations(Optional<List<SaStatus>> found) {
        return found.map(each -> new Answer(OK,
                ManualJson.associations(each, daemon.manual().associations(), daemon.configuration())))
                .orElseGet(() -> Answer.error(UNAVAILABLE, "the data plane does not answer"));
    }

    private void work(Call call, boolean failed, Throwable cause, Callable<Answer> work) {
        if (failed) {
            call.fail(INTERNAL_ERROR, String.valueOf(cause.getMessage()));
        } else {
            work(call, work, ControlApi.UNORDERED);
        }
    }

    private void work(Call call, Callable<Answer> work) {
        work(call, work, true);
    }

    private void work(Call call, Callable<Answer> work, boolean ordered) {
        daemon.vertx().executeBlocking(work, ordered).onComplete(done -> {
            if (done.failed()) {
                call.fail(INTERNAL_ERROR, String.valueOf(done.cause()));
            } else {
                call.answer(done.result().code(), done.result().body());
            }
        });
    }
}
