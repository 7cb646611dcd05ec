package io.vanth.ike.api;

import io.netty.util.NetUtil;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/// Keeps web pages of other places from a listener that asks for nothing. The control socket is one: who forwards it to
/// a port (`ssh -L`) has it in reach of each page that is open in their browser.
record LocalGuard(Handler<HttpServerRequest> admitted) implements Handler<HttpServerRequest> {
    /// As which programs ask a socket that has no name.
    private static final String OWN = "vanth";
    /// It and all below it are this machine, whatever a network says (RFC 6761 section 6.3).
    private static final String LOCAL = "localhost";

    @Override
    public void handle(HttpServerRequest request) {
        if (Gate.isOfAnotherPlace(request) || !isLocal(request.getHeader(HttpHeaders.HOST))) {
            request.response().setStatusCode(Gate.FORBIDDEN).putHeader("Content-Type", Route.PROBLEM)
                    .end(Gate.problem(Gate.FORBIDDEN, "Forbidden", "a web page of another place asks",
                            "open it as http://localhost:PORT/, on this machine or through ssh -L"));
        } else {
            admitted.handle(request);
        }
    }

    /// A page can have its own name resolved to this machine (DNS rebinding): one of the DNS, or one without a dot, which
    /// a search domain or anybody on the same network can resolve. Who sends no name is no browser.
    private static boolean isLocal(String host) {
        if (host == null) {
            return true;
        }
        String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return name.startsWith("[") || NetUtil.isValidIpV4Address(name) || name.equals(OWN) || name.equals(LOCAL)
                || name.endsWith("." + LOCAL);
    }
}
