package io.vanth.ike.api;

import io.vanth.dataplane.Secret;
import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.KeyText;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.ike.config.Control;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// O-1: the API on TCP for who has a certificate.
@Timeout(120)
class RemoteCertificateTest {
    private static final Authority CA = Authority.root("CN=vanth");
    private static final KeyPair KEY = Keys.rsa(2048);
    private static final KeyPair CLIENT = Keys.ec("secp256r1");
    private static final char[] NO_PASSWORD = {};

    @TempDir
    private Path folder;
    private ServedDaemon served;
    private RemoteServer server;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        served = new ServedDaemon(folder);
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        if (served != null) {
            served.close();
        }
    }

    private void serve(Optional<Secret> token) throws Exception {
        server = RemoteServer.open(served.api(), remote(token, "CN=api", CA));
    }

    private static Control.Remote remote(Optional<Secret> token, String name, Authority clients) {
        return new Control.Remote(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), token,
                Optional.of(new Control.Tls(KeyText.pem(CA.issue(Request.of(name, KEY, "127.0.0.1"))),
                        Secret.owning(KeyText.pkcs8(KEY.getPrivate()).getBytes(StandardCharsets.US_ASCII)),
                        Optional.of(KeyText.pem(clients.certificate())))));
    }

    private static String shown(HttpResponse<String> answer) throws Exception {
        var own = (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
        return own.getSubjectX500Principal().getName();
    }

    /// As a certificate is renewed every few weeks.
    @Test
    void a_new_certificate_and_new_authorities_count_for_who_connects_next() throws Exception {
        serve(Optional.empty());
        assertEquals("CN=api", shown(ask(Optional.of(issued(CA)))));
        server.renew(remote(Optional.empty(), "CN=renewed", CA));
        assertEquals("CN=renewed", shown(ask(Optional.of(issued(CA)))));
        Authority other = Authority.root("CN=other");
        server.renew(remote(Optional.empty(), "CN=renewed", other));
        assertEquals(401, ask(Optional.of(issued(CA))).statusCode());
        assertEquals(200, ask(Optional.of(issued(other))).statusCode());
    }

    private HttpResponse<String> ask(Optional<X509Certificate> certificate, String... headers) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, NO_PASSWORD);
        trusted.setCertificateEntry("ca", CA.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate.isPresent() ? keys(certificate.get()) : null, trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context)
                .build()) {
            HttpRequest.Builder request = HttpRequest
                    .newBuilder(URI.create("https://127.0.0.1:%d/api/status".formatted(server.port())));
            return client.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static KeyManager[] keys(X509Certificate certificate) throws Exception {
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, NO_PASSWORD);
        own.setKeyEntry("own", CLIENT.getPrivate(), NO_PASSWORD, new X509Certificate[]{certificate});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static X509Certificate issued(Authority authority) {
        return authority.issue(Request.of("CN=client", CLIENT));
    }

    @Test
    void a_certificate_of_the_authority_is_enough_where_it_is_all_that_is_asked_for() throws Exception {
        serve(Optional.empty());
        assertEquals(200, ask(Optional.of(issued(CA))).statusCode());
        HttpResponse<String> none = ask(Optional.empty());
        assertEquals(401, none.statusCode());
        assertTrue(none.body().contains("control.tls.ca"), none::body);
    }

    /// It has the name of the right one.
    /// Who is on the way can answer `http://` there with a page of their own, and the browser has the certificate.
    @Test
    void a_page_that_came_in_clear_is_of_another_place() throws Exception {
        serve(Optional.empty());
        String here = "://127.0.0.1:" + server.port();
        assertEquals(200, ask(Optional.of(issued(CA)), "Origin", "https" + here).statusCode());
        HttpResponse<String> refused = ask(Optional.of(issued(CA)), "Origin", "http" + here);
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().contains("Origin"), refused::body);
    }

    /// A browser says so of requests that bear no Origin.
    @Test
    void what_a_page_of_another_site_fetches_is_refused() throws Exception {
        serve(Optional.empty());
        for (String site : new String[]{"cross-site", "same-site"}) {
            assertEquals(403, ask(Optional.of(issued(CA)), "Sec-Fetch-Site", site, "Sec-Fetch-Mode", "no-cors")
                    .statusCode(), site);
        }
        for (String site : new String[]{"same-origin", "none"}) {
            assertEquals(200, ask(Optional.of(issued(CA)), "Sec-Fetch-Site", site).statusCode(), site);
        }
        assertEquals(200, ask(Optional.of(issued(CA)), "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
                .statusCode(), "a link was followed");
    }

    @Test
    void a_certificate_of_another_authority_ends_the_handshake() throws Exception {
        serve(Optional.empty());
        assertThrows(IOException.class, () -> ask(Optional.of(issued(Authority.root("CN=vanth")))));
    }

    @Test
    void where_both_are_asked_for_one_is_not_enough() throws Exception {
        serve(Optional.of(Secret.owning(ServedDaemon.TOKEN.getBytes(StandardCharsets.US_ASCII))));
        String[] token = {"Authorization", "Bearer " + ServedDaemon.TOKEN};
        assertEquals(401, ask(Optional.of(issued(CA))).statusCode());
        assertEquals(401, ask(Optional.empty(), token).statusCode());
        assertEquals(200, ask(Optional.of(issued(CA)), token).statusCode());
    }
}
