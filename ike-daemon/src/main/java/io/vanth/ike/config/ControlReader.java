package io.vanth.ike.config;

import io.vanth.dataplane.Secret;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.function.Function;

/// Reads `control`: the API on TCP is never open to everybody, nor in clear but on a loopback address.
///
/// @param secrets reads tokens
/// @param files   reads certificates and keys
/// @param address reads `ADDRESS:PORT`
record ControlReader(SecretReader secrets, ReferencedFile files, Function<String, InetSocketAddress> address) {
    /// Shorter ones could be tried out.
    private static final int SHORTEST = 32;
    private static final int LONGEST_KEY = 65_536;
    private static final byte FIRST_VISIBLE = '!';
    private static final byte LAST_VISIBLE = '~';
    private static final String MAKE_ONE = "make one with: openssl rand -base64 32";

    Control read(Section control) {
        Path socket = control.text("socket").map(Path::of).orElse(ConfigLoader.DEFAULT_SOCKET);
        if (!control.has("listen")) {
            if (control.has("token") || control.has("tls")) {
                control.section(control.has("token") ? "token" : "tls").warning("nothing uses it without listen",
                        "say where to listen, as listen: 127.0.0.1:9465");
            }
            return Control.on(socket);
        }
        Optional<InetSocketAddress> place = control.parsed("listen", "write ADDRESS:PORT as 127.0.0.1:9465", address);
        Optional<Secret> token = control.has("token") ? token(control.section("token")) : Optional.empty();
        Optional<Control.Tls> tls = control.has("tls") ? tls(control.section("tls")) : Optional.empty();
        if (!isGuarded(control, place)) {
            token.ifPresent(Secret::close);
            tls.ifPresent(each -> each.key().close());
            return Control.on(socket);
        }
        boolean whole = place.isPresent() && token.isPresent() == control.has("token")
                && tls.isPresent() == control.has("tls");
        return new Control(socket, whole ? Optional.of(new Control.Remote(place.get(), token, tls)) : Optional.empty());
    }

    private static boolean isGuarded(Section control, Optional<InetSocketAddress> place) {
        Section listen = control.section("listen");
        boolean guarded = control.has("token") || control.section("tls").has("ca");
        if (!guarded) {
            listen.error("anybody who reaches this address could drive the daemon",
                    "add token: {file: NAME}, or tls: {certificate: …, key: …, ca: …} for client certificates");
        }
        boolean loopback = place.filter(each -> !each.getAddress().isLoopbackAddress()).isEmpty();
        if (!loopback && !control.has("tls")) {
            listen.error("the API would be in clear on the network",
                    "add tls: {certificate: …, key: …}, or listen on 127.0.0.1 or [::1]");
        }
        return guarded && (loopback || control.has("tls"));
    }

    private Optional<Secret> token(Section place) {
        Optional<Secret> token = secrets.password(place);
        Optional<String> wrong = token.flatMap(each -> each.expose(ControlReader::weakness));
        wrong.ifPresent(reason -> {
            place.error(reason, MAKE_ONE);
            token.ifPresent(Secret::close);
        });
        return wrong.isPresent() ? Optional.empty() : token;
    }

    private static Optional<String> weakness(byte[] token) {
        if (token.length < SHORTEST) {
            return Optional.of("the token has only %d characters, not %d".formatted(token.length, SHORTEST));
        }
        for (byte each : token) {
            if (each < FIRST_VISIBLE || each > LAST_VISIBLE) {
                return Optional.of("the token has something else than visible ASCII characters in one line");
            }
        }
        return Optional.empty();
    }

    private Optional<Control.Tls> tls(Section place) {
        Optional<String> certificate = certificates(place.section("certificate"));
        Optional<String> authorities = place.has("ca") ? certificates(place.section("ca")) : Optional.empty();
        Optional<Secret> key = files.secret(place.section("key"), LONGEST_KEY).map(Secret::owning);
        if (certificate.isEmpty() || key.isEmpty() || authorities.isPresent() != place.has("ca")) {
            key.ifPresent(Secret::close);
            return Optional.empty();
        }
        return Optional.of(new Control.Tls(certificate.get(), key.get(), authorities));
    }

    private Optional<String> certificates(Section place) {
        return files.open(place).flatMap(bytes -> {
            try {
                if (CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))
                        .isEmpty()) {
                    place.error("there is no certificate in it", "it has to be PEM");
                    return Optional.empty();
                }
                return Optional.of(new String(bytes, StandardCharsets.US_ASCII));
            } catch (CertificateException bad) {
                place.error("there is no certificate in it: " + bad.getMessage(), "it has to be PEM");
                return Optional.empty();
            }
        });
    }
}
