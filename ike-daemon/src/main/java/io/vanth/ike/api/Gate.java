package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vanth.dataplane.Secret;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets in who proves to be allowed to: by all that is asked for.
final class Gate implements Handler<HttpServerRequest> {
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final Route.Answer UNAUTHORIZED_ANSWER = new Route.Answer(
            "on TCP: the token or the client certificate is missing or wrong", Route.PROBLEM, "Problem");
    static final Route.Answer FORBIDDEN_ANSWER = new Route.Answer(
            "a web page of another place asks, or the daemon by another name",
            Route.PROBLEM, "Problem");
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final String BEARER = "Bearer ";
    private static final Pattern OWN_NAME = Pattern.compile("(?i)(localhost|[0-9.]+|\\[[0-9a-f:.]+])(:\\d+)?");
    /// What a browser says of a page that is not of the place that it asks.
    private static final Set<String> OTHER_SITES = Set.of("cross-site", "same-site");
    private static final Duration QUIET = Duration.ofMinutes(1);

    private Optional<Secret> token;
    private final boolean certificate;
    private final boolean clear;
    private final InstantSource clock;
    private final Consumer<HttpServerRequest> admitted;
    private Instant told = Instant.MIN;
    private long refused;

    /// @param token       what each request has to bring; the caller closes it
    /// @param certificate whether each connection has to bring a certificate, which TLS has checked
    /// @param clear       whether it is without TLS, which is so on loopback alone
    /// @param admitted    takes the requests that may be answered
    Gate(Optional<Secret> token, boolean certificate, boolean clear, InstantSource clock,
            Consumer<HttpServerRequest> admitted) {
        if (token.isEmpty() && !certificate) {
            throw new IllegalArgumentException("anybody would be let in");
        }
        this.token = token;
        this.certificate = certificate;
        this.clear = clear;
        this.clock = clock;
        this.admitted = admitted;
    }

    /// Asks for another token from now on. On the event loop of the requests.
    void use(Optional<Secret> next) {
        if (next.isPresent() != token.isPresent()) {
            throw new IllegalArgumentException("a token is asked for, or none, from the start to the end");
        }
        token = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (certificate && !hasCertificate(request)) {
            refuse(request, UNAUTHORIZED, "Unauthorized", "a client certificate is asked for",
                    "connect with a certificate that an authority of control.tls.ca has issued");
        } else if (token.isPresent() && !hasToken(request, token.get())) {
            request.response().putHeader("WWW-Authenticate", "Bearer realm=\"vanth\"");
            refuse(request, UNAUTHORIZED, "Unauthorized", "the bearer token is missing or wrong",
                    "send 'Authorization: Bearer TOKEN' with the content of the file that control.token names");
        } else if (isOfAnotherPlace(request)) {
            refuse(request, FORBIDDEN, "Forbidden", "a web page of another place asks",
                    "ask without the header Origin, or from a page that this address serves");
        } else if (clear && !isOwnName(request)) {
            refuse(request, FORBIDDEN, "Forbidden", "the header Host has a name that this machine does not have",
                    "ask for http://localhost or http://127.0.0.1");
        } else {
            admitted.accept(request);
        }
    }

    private static boolean hasCertificate(HttpServerRequest request) {
        SSLSession session = request.connection().sslSession();
        try {
            return session != null && session.getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException none) {
            LOG.debug("no client certificate", none);
            return false;
        }
    }

    private static boolean hasToken(HttpServerRequest request, Secret token) {
        String said = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (said == null || !said.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return false;
        }
        byte[] sent = said.substring(BEARER.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
        return token.expose(own -> MessageDigest.isEqual(own, sent));
    }

    /// A browser sends a certificate by itself, whatever page makes it ask. A page that came in clear is of another place
    /// than what is asked with TLS (RFC 6454 section 4): anybody on the way can have written it. To follow a link from
    /// elsewhere changes nothing.
    static boolean isOfAnotherPlace(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String host = request.getHeader(HttpHeaders.HOST);
        boolean own = origin == null || origin.equals("https://" + host)
                || origin.equals("http://" + host) && !request.isSSL();
        return !own || OTHER_SITES.contains(String.valueOf(request.getHeader("Sec-Fetch-Site")))
                && !"navigate".equals(request.getHeader("Sec-Fetch-Mode"));
    }

    /// A web page can have its own name lead to 127.0.0.1, and is then of the same place as the API. With TLS the name is
    /// held against the certificate.
    private static boolean isOwnName(HttpServerRequest request) {
        String host = request.getHeader(HttpHeaders.HOST);
        return host == null || OWN_NAME.matcher(host).matches();
    }

    private void refuse(HttpServerRequest request, int code, String title, String detail, String remedy) {
        log(request, detail);
        request.response().setStatusCode(code).putHeader("Content-Type", Route.PROBLEM).putHeader("Connection", "close")
                .end(problem(code, title, detail, remedy)).onComplete(_ -> request.connection().close());
    }

    /// RFC 9457, with what to do about it.
    static String problem(int code, String title, String detail, String remedy) {
        return JsonNodeFactory.instance.objectNode().put("type", "about:blank").put("title", title)
                .put("status", code).put("detail", detail).put("remedy", remedy) + "\n";
    }

    private void log(HttpServerRequest request, String detail) {
        refused++;
        Instant now = clock.instant();
        if (told.isBefore(now.minus(QUIET))) {
            told = now;
            LOG.warn("{} request(s) to the API were refused, the last from {}: {}", refused,
                    request.remoteAddress().hostAddress(), detail);
            refused = 0;
        }
    }
}
