package io.vanth.ike.config;

import io.vanth.dataplane.Secret;
import io.vanth.ike.certificate.CertificateText;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.StoredCertificates;
import io.vanth.ike.certificate.StoredKeys;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
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
    private static final Duration SOON = Duration.ofDays(30);
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

    /// All of it is written anew in PEM: what is in the files may be in DER, or have other things between.
    private Optional<Control.Tls> tls(Section place) {
        Section file = place.section("certificate");
        Optional<List<X509Certificate>> chain = certificates(file);
        Optional<List<X509Certificate>> authorities = place.has("ca")
                ? certificates(place.section("ca"))
                : Optional.empty();
        Optional<KeyPair> key = key(place.section("key"));
        if (chain.isEmpty() || key.isEmpty() || authorities.isPresent() != place.has("ca")
                || !fits(place.section("key"), key.get(), chain.get())) {
            return Optional.empty();
        }
        warnOfAge(file, chain.get());
        String own = armoured("PRIVATE KEY", key.get().getPrivate().getEncoded());
        return Optional.of(new Control.Tls(pem(chain.get()), Secret.owning(own.getBytes(StandardCharsets.US_ASCII)),
                authorities.map(ControlReader::pem)));
    }

    private Optional<KeyPair> key(Section place) {
        return files.secret(place, LONGEST_KEY).flatMap(content -> AuthenticationReader.attempt(place,
                "name a key in PEM or DER that is not encrypted", () -> {
                    try {
                        return StoredKeys.privateKey(content, Optional.empty());
                    } finally {
                        Arrays.fill(content, (byte) 0);
                    }
                }));
    }

    private Optional<List<X509Certificate>> certificates(Section place) {
        return files.open(place).flatMap(content -> AuthenticationReader.attempt(place, "name a file in PEM or DER",
                () -> StoredCertificates.certificates(content)));
    }

    private static boolean fits(Section place, KeyPair key, List<X509Certificate> chain) {
        X509Certificate own = chain.getFirst();
        boolean fits = AuthenticationReader.attempt(place, "use a key of RSA or of ECDSA on P-256, P-384 or P-521",
                () -> Credential.ofCertificate(key.getPrivate(), own, chain)).filter(
                        each -> each.isConsistent(new SecureRandom()))
                .isPresent();
        if (!fits) {
            place.error("the private key is not that of " + CertificateText.of(own),
                    "name the key with which the certificate of control.tls was requested");
        }
        return fits;
    }

    private static void warnOfAge(Section place, List<X509Certificate> chain) {
        Instant now = Instant.now();
        for (X509Certificate each : chain) {
            Instant end = each.getNotAfter().toInstant();
            if (end.isBefore(now)) {
                place.warning(CertificateText.of(each) + " has expired", "clients will refuse it: have it renewed");
            } else if (end.isBefore(now.plus(SOON))) {
                place.warning("%s expires in %d days".formatted(CertificateText.of(each),
                        Duration.between(now, end).toDays()), "have it renewed");
            }
        }
    }

    private static String pem(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : certificates) {
            try {
                text.append(armoured("CERTIFICATE", each.getEncoded()));
            } catch (CertificateEncodingException impossible) {
                throw new IllegalStateException("a certificate that was read has no encoding", impossible);
            }
        }
        return text.toString();
    }

    private static String armoured(String what, byte[] content) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what,
                Base64.getMimeEncoder().encodeToString(content), what);
    }
}
