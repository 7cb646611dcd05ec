package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// One request on its route. It knows only the parameters and the answers that the route has in the document, so that
/// nothing else can be read or sent.
final class Call {
    private final HttpServerRequest request;
    private final Route route;
    private final Map<String, String> names;

    Call(HttpServerRequest request, Route route, Map<String, String> names) {
        this.request = request;
        this.route = route;
        this.names = Map.copyOf(names);
    }

    HttpServerRequest request() {
        return request;
    }

    /// A part of the path; empty where the route has none of this name.
    Optional<String> name(String key) {
        return Optional.ofNullable(names.get(key));
    }

    /// A query parameter.
    Optional<String> query(String key) {
        return value(Route.Place.QUERY, key).map(request::getParam);
    }

    /// Whether a query parameter is `true`.
    boolean flag(String key) {
        return query(key).filter("true"::equals).isPresent();
    }

    /// A header.
    Optional<String> header(String key) {
        return value(Route.Place.HEADER, key).map(request::getHeader);
    }

    private Optional<String> value(Route.Place place, String key) {
        if (route.parameters().stream().noneMatch(each -> each.place() == place && each.name().equals(key))) {
            throw new IllegalArgumentException("%s has no parameter %s".formatted(route.path(), key));
        }
        return Optional.of(key);
    }

    /// The whole body as text.
    Future<String> text() {
        return request.body().map((Buffer body) -> body.toString(StandardCharsets.UTF_8));
    }

    /// Begins an answer that goes on as a stream.
    void stream(int code) {
        request.response().setStatusCode(code).putHeader("Content-Type", route.answer(code).type());
    }

    /// Answers with a JSON text.
    void answer(int code, String body) {
        request.response().setStatusCode(code).putHeader("Content-Type", route.answer(code).type()).end(body + "\n");
    }

    /// Answers with what is wrong.
    void fail(int code, String reason) {
        answer(code, error(reason));
    }

    static String error(String reason) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("error", reason);
        return body.toString();
    }
}
