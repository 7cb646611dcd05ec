package io.vanth.ike.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings each request to its route.
record Routes(List<Route> all) implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    static final int BAD_REQUEST = 400;
    static final Route.Answer BAD_REQUEST_ANSWER = Route.Answer.error("a parameter of the query is wrong");
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;

    Routes {
        all = List.copyOf(all);
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            // Where both lengths were said, who stands between may have believed the other (RFC 9112 section 6.1).
            request.response().endHandler(_ -> request.connection().close());
        }
        List<Route> here = all.stream().filter(each -> each.match(request.path()).isPresent()).toList();
        Optional<Route> route = here.stream().filter(each -> each.method().equals(request.method())).findFirst();
        Optional<String> wrong = route.flatMap(each -> wrong(request, each));
        if (wrong.isPresent()) {
            answer(request, BAD_REQUEST, wrong.get());
        } else if (route.isPresent()) {
            work(request, route.get());
        } else if (here.isEmpty()) {
            answer(request, NOT_FOUND, "there is no " + request.path() + " (what there is: /api/openapi.json)");
        } else {
            String allowed = here.stream().map(each -> each.method().name()).collect(Collectors.joining(", "));
            request.response().putHeader("Allow", allowed);
            answer(request, METHOD_NOT_ALLOWED, "only " + allowed);
        }
    }

    /// What is wrong with the query: a `plan` that is misspelt must not become an order.
    private static Optional<String> wrong(HttpServerRequest request, Route route) {
        try {
            for (String name : request.params().names()) {
                Optional<Route.Parameter> known = route.parameters().stream()
                        .filter(each -> each.place() == Route.Place.QUERY && each.name().equals(name)).findFirst();
                List<String> values = request.params().getAll(name);
                if (known.isEmpty()) {
                    return Optional.of("there is no parameter '%s' here".formatted(name));
                }
                if (values.size() > 1) {
                    return Optional.of("there is more than one '%s'".formatted(name));
                }
                if (known.get().schema().equals("boolean") && !values.getFirst().matches("true|false")) {
                    return Optional.of("'%s' is true or false".formatted(name));
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException broken) {
            return Optional.of("the query cannot be read: " + broken.getMessage());
        }
    }

    /// A request that fails must not be left without an answer.
    private static void work(HttpServerRequest request, Route route) {
        Map<String, String> names = route.match(request.path()).orElseThrow();
        try {
            route.work().accept(new Call(request, route, names));
        } catch (RuntimeException broken) {
            LOG.error("{} {} failed", route.method(), route.path(), broken);
            if (!request.response().ended()) {
                answer(request, INTERNAL_ERROR, "the daemon failed: see its log");
            }
        }
    }

    private static void answer(HttpServerRequest request, int code, String reason) {
        request.response().setStatusCode(code).putHeader("Content-Type", Route.JSON).end(Call.error(reason) + "\n");
    }
}
