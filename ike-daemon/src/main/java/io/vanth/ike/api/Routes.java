package io.vanth.ike.api;

import io.vertx.core.Handler;
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
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;

    Routes {
        all = List.copyOf(all);
    }

    @Override
    public void handle(HttpServerRequest request) {
        List<Route> here = all.stream().filter(each -> each.match(request.path()).isPresent()).toList();
        Optional<Route> route = here.stream().filter(each -> each.method().equals(request.method())).findFirst();
        if (route.isPresent()) {
            work(request, route.get());
        } else if (here.isEmpty()) {
            answer(request, NOT_FOUND, "there is no " + request.path() + " (what there is: /api/openapi.json)");
        } else {
            String allowed = here.stream().map(each -> each.method().name()).collect(Collectors.joining(", "));
            request.response().putHeader("Allow", allowed);
            answer(request, METHOD_NOT_ALLOWED, "only " + allowed);
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
