package io.vanth.ike.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/// What stands beside the API, for everybody who reaches the address, without a token: it is the same in every daemon and
/// tells nothing of this one.
final class Pages implements Handler<HttpServerRequest> {
    private static final int NOT_FOUND = 404;

    @Override
    public void handle(HttpServerRequest request) {
        request.response().setStatusCode(NOT_FOUND).putHeader("Content-Type", Route.JSON)
                .end(Call.error("there is only the API here: see /api/openapi.json") + "\n");
    }
}
