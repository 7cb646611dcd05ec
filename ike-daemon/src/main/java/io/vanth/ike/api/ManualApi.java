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
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of the API about SAs and policies. What may take long is done on worker threads.
final class ManualApi {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern PATHS = Pattern
            .compile("/api/(?:(manual)|(associations|policies)(?:/([A-Za-z0-9_.-]{1,64}))?)");
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int INTERNAL_ERROR = 500;

    private final Daemon daemon;
    private final Optional<Reload> files;

    /// What is sent back.
    private record Answer(int code, String body) {
        static Answer error(int code, String reason) {
            return new Answer(code, NODES.objectNode().put("error", reason).toString());
        }
    }

    ManualApi(Daemon daemon, Optional<Reload> files) {
        this.daemon = daemon;
        this.files = files;
    }

    /// Whether a request is for this part.
    boolean takes(HttpServerRequest request) {
        return PATHS.matcher(request.path()).matches();
    }

    void handle(HttpServerRequest request) {
        Matcher path = PATHS.matcher(request.path());
        if (!path.matches()) {
            throw new IllegalArgumentException(request.path());
        }
        HttpMethod method = request.method();
        boolean associations = "associations".equals(path.group(2));
        Optional<String> name = Optional.ofNullable(path.group(3));
        if (path.group(1) != null && method.equals(HttpMethod.POST)) {
            add(request);
        } else if (path.group(1) == null && method.equals(HttpMethod.DELETE)) {
            work(request, () -> remove(associations, name));
        } else if (path.group(1) == null && name.isEmpty() && method.equals(HttpMethod.GET)) {
            list(request, associations);
        } else {
            ControlServer.fail(request, METHOD_NOT_ALLOWED, "not " + method);
        }
    }

    private void add(HttpServerRequest request) {
        String folder = Optional.ofNullable(request.getParam("folder")).orElse("/");
        String name = Optional.ofNullable(request.getParam("name")).orElse("manual");
        request.body().onComplete(body -> {
            if (body.failed()) {
                ControlServer.fail(request, INTERNAL_ERROR, String.valueOf(body.cause().getMessage()));
            } else {
                String text = body.result().toString(StandardCharsets.UTF_8);
                work(request, () -> add(text, name, Path.of(folder)));
            }
        });
    }

    private Answer add(String text, String name, Path folder) {
        if (files.isEmpty()) {
            return Answer.error(CONFLICT, "this daemon has no configuration file");
        }
        try {
            ConfigLoader.Addition added = files.get().add(text, name, folder);
            ObjectNode body = NODES.objectNode();
            ArrayNode findings = body.putArray("findings");
            added.findings().stream().map(Finding::toString).forEach(findings::add);
            if (added.entries().isEmpty()) {
                body.put("error", String.join("; ", added.findings().stream().map(Finding::toString).toList()));
                return new Answer(UNPROCESSABLE, body.toString());
            }
            body.put("associations", added.entries().get().associations().size());
            body.put("policies", added.entries().get().policies().size());
            return new Answer(OK, body.toString());
        } catch (DataPlaneException refused) {
            return Answer.error(CONFLICT, refused.getMessage());
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
            return new Answer(OK, NODES.objectNode().put("removed", removed).toString());
        } catch (DataPlaneException refused) {
            return Answer.error(CONFLICT, refused.getMessage());
        }
    }

    private void list(HttpServerRequest request, boolean associations) {
        if (associations) {
            Future<List<SaStatus>> all = Future.fromCompletionStage(daemon.associations(),
                    daemon.vertx().getOrCreateContext());
            all.onComplete(listed -> work(request, listed.failed(), listed.cause(), () -> new Answer(OK,
                    ManualJson.associations(listed.result(), daemon.manual().associations(), daemon.configuration()))));
        } else {
            Future<List<Policy>> all = Future.fromCompletionStage(daemon.policies(),
                    daemon.vertx().getOrCreateContext());
            all.onComplete(listed -> work(request, listed.failed(), listed.cause(), () -> new Answer(OK,
                    ManualJson.policies(listed.result(), daemon.manual()))));
        }
    }

    private void work(HttpServerRequest request, boolean failed, Throwable cause, Callable<Answer> work) {
        if (failed) {
            ControlServer.fail(request, INTERNAL_ERROR, String.valueOf(cause.getMessage()));
        } else {
            work(request, work);
        }
    }

    private void work(HttpServerRequest request, Callable<Answer> work) {
        daemon.vertx().executeBlocking(work).onComplete(done -> {
            if (done.failed()) {
                ControlServer.fail(request, INTERNAL_ERROR, String.valueOf(done.cause()));
            } else {
                ControlServer.answer(request, done.result().code(), done.result().body());
            }
        });
    }
}
