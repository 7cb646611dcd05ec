package io.vanth.ike.api;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The status page, which stands beside the API: files that hold nothing secret and tell nothing of this daemon, for
/// everybody who reaches the listener. What the page shows it asks of the API, as any other client does.
final class StatusPage implements Handler<HttpServerRequest> {
    static final String ROOT = "/";
    static final List<String> SCRIPTS = List.of("client.js", "dom.js", "failures.js", "meter.js", "page.js",
            "tunnels.js", "words.js");
    /// Nothing of another place, nothing inline, and no text ever becomes markup (W3C CSP 3, Trusted Types).
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final String HTML = "text/html; charset=utf-8";

    private final Map<String, Piece> pieces = new LinkedHashMap<>();

    /// One file.
    ///
    /// @param tag of its content (RFC 9110, section 8.8.3)
    private record Piece(String type, Buffer body, String tag) {
        static Piece of(String type, String text) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            return new Piece(type, Buffer.buffer(body), "\"" + digest(body) + "\"");
        }
    }

    /// @param token whether the page has to ask for the token
    StatusPage(boolean token) {
        pieces.put(ROOT, Piece.of(HTML, resource("index.html").replace("data-access=\"open\"",
                "data-access=\"%s\"".formatted(token ? "token" : "open"))));
        pieces.put("/page/page.css", Piece.of("text/css; charset=utf-8", resource("page.css")));
        pieces.put("/page/icon.svg", Piece.of("image/svg+xml", resource("icon.svg")));
        SCRIPTS.forEach(name -> pieces.put("/page/" + name,
                Piece.of("text/javascript; charset=utf-8", resource(name))));
    }

    static String resource(String name) {
        try (InputStream in = StatusPage.class.getResourceAsStream("page/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(name, broken);
        }
    }

    private static String digest(byte[] body) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(whole, 0, whole.length / 2);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("each JDK has SHA-256", impossible);
        }
    }

    @Override
    public void handle(HttpServerRequest request) {
        Piece piece = pieces.get(request.path());
        if (piece == null) {
            refuse(request, NOT_FOUND, "there is no " + request.path() + " (the API: /api/openapi.json)");
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            refuse(request, METHOD_NOT_ALLOWED, "only GET, HEAD");
        } else {
            answer(request, piece);
        }
    }

    private static void refuse(HttpServerRequest request, int code, String reason) {
        request.response().setStatusCode(code).putHeader("Content-Type", Route.JSON)
                .putHeader("X-Content-Type-Options", "nosniff").end(Call.error(reason) + "\n");
    }

    private static void answer(HttpServerRequest request, Piece piece) {
        HttpServerResponse response = request.response().putHeader("ETag", piece.tag())
                .putHeader("Cache-Control", "no-cache").putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff").putHeader("Referrer-Policy", "no-referrer")
                .putHeader("X-Frame-Options", "DENY").putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (isKnown(request.getHeader("If-None-Match"), piece.tag())) {
            response.setStatusCode(NOT_MODIFIED).end();
            return;
        }
        response.setStatusCode(OK).putHeader("Content-Type", piece.type())
                .putHeader("Content-Length", String.valueOf(piece.body().length()));
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(piece.body());
        }
    }

    /// RFC 9110, section 13.1.2: a weak comparison with each tag of the list.
    private static boolean isKnown(String tags, String own) {
        return tags != null && Arrays.stream(tags.split(",", -1)).map(String::strip)
                .anyMatch(each -> each.equals("*") || each.replaceFirst("^W/", "").equals(own));
    }
}
