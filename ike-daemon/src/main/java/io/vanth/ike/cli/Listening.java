package io.vanth.ike.cli;

import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Control;
import io.vanth.ike.runtime.StartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/// Where the daemon listens on TCP.
///
/// @param api     with the status page
/// @param secure  whether the API has TLS
/// @param metrics with the health checks
record Listening(Optional<InetSocketAddress> api, boolean secure, Optional<InetSocketAddress> metrics) {
    static Listening of(Configuration configuration) {
        Optional<Control.Remote> remote = configuration.control().remote();
        return new Listening(remote.map(Control.Remote::address), remote.flatMap(Control.Remote::tls).isPresent(),
                configuration.metrics());
    }

    /// Throws where one of them is not to be had. This is asked before anything is done: servers begin last, and a tunnel
    /// must not come up only to go down with a daemon that has no place for its metrics.
    void check() throws StartException {
        if (metrics.isPresent()) {
            check("metrics cannot be served", metrics.get(), "metrics.listen");
        }
        if (api.isPresent()) {
            check("the API cannot be served", api.get(), "control.listen");
        }
    }

    private static void check(String what, InetSocketAddress address, String key) throws StartException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(address);
        } catch (IOException refused) {
            throw new StartException("%s on %s: %s; look who listens there (ss -ltnp 'sport = :%d'), or change %s"
                    .formatted(what, text(address), refused.getMessage(), address.getPort(), key), refused);
        }
    }

    /// The rest of a sentence that names other places; begins with a comma where it is not empty.
    String text() {
        return metrics.map(each -> ", metrics http://%s/metrics".formatted(text(each))).orElse("")
                + api.map(each -> ", API and page %s://%s/".formatted(secure ? "https" : "http", text(each)))
                        .orElse("");
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
