package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// One request on its route. It knows only the parameters and the answers that the route has in the document, so that
/// nothing else can be read or sent.
final class Call {
    /// Of a body, in bytes: manual entries by the ten thousand.
    static final int LONGEST_BODY = 8 * 1024 * 1024;
    static final int TOO_LARGE = 413;

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

    /// The whole body as text. One that is too long is answered here, and the text never comes.
    Future<String> text() {
        Promise<String> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        if (announced() > LONGEST_BODY) {
            tooLarge();
            return whole.future();
        }
        request.exceptionHandler(whole::tryFail).endHandler(_ -> {
            if (!request.response().ended()) {
                whole.tryComplete(body.toString(StandardCharsets.UTF_8));
            }
        }).handler(part -> {
            if (body.length() + part.length() <= LONGEST_BODY) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                tooLarge();
            }
        });
        return whole.future();
    }

    private long announced() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : 0;
    }

    /// What is still under way is not waited for.
    private void tooLarge() {
        request.response().endHandler(_ -> request.connection().close());
        fail(TOO_LARGE, "the body is longer than %d bytes: send it in parts".formatted(LONGEST_BODY));
    }

    /// Begins an answer that goes on as a stream.
    void stream(int code) {
        head(code);
    }

    /// Answers with a JSON text.
    void answer(int code, String body) {
        head(code).end(body + "\n");
    }

    /// What is said is of this moment, and no web page.
    private HttpServerResponse head(int code) {
        return request.response().setStatusCode(code).putHeader("Content-Type", route.answer(code).type())
                .putHeader("Cache-Control", "no-store").putHeader("X-Content-Type-Options", "nosniff");
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
