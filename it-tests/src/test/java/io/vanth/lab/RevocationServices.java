package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.KeyText;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.KeyUsage;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// Tells the network of revocations: OpenSSL's responder for OCSP, and a web server for lists, both on host A.
final class RevocationServices {
    /// The responder.
    static final String OCSP = "http://10.1.0.10:8080/";
    /// Where the lists are.
    static final String LISTS = "http://10.1.0.10:8081/";
    /// Where nobody answers.
    static final String NOBODY = "http://10.1.0.10:8082/";

    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final DateTimeFormatter INDEX_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Lab lab;
    private final Namespace host;
    private final Path folder;

    RevocationServices(Topology net) {
        lab = net.lab();
        host = net.a().host();
        folder = lab.folder("revocation");
    }

    /// Serves lists under [#LISTS] by their names.
    void lists(Map<String, X509CRL> lists) {
        lists.forEach((name, list) -> {
            try {
                write(name, list.getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
        Path server = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        lab.own(host.start("jwebserver", lab.folder().resolve("lists.log"), Map.of(), List.of(server.toString(), "-b",
                "10.1.0.10", "-p", "8081", "-d", folder.toString()))).awaitLog("Serving");
        // The first answer takes a new JVM long, and Vanth waits for two seconds only.
        host.command("bash", "-c", """
            exec 3<>/dev/tcp/10.1.0.10/8081
            printf 'GET /%s HTTP/1.0\\r\\n\\r\\n' >&3
            grep -aq '200 OK' <&3
            """.formatted(lists.keySet().iterator().next())).checked();
    }

    /// Answers for `authority` about these certificates, with a certificate that it made for that.
    void responder(Authority authority, List<X509Certificate> certificates, Predicate<X509Certificate> revoked) {
        Request request = Request.of("C=DE, O=Lab, CN=responder", Keys.ec("secp256r1"))
                .purposes(KeyUsage.digitalSignature, OCSP_SIGNING);
        write("responder.pem", KeyText.pem(authority.issue(request)).getBytes(US_ASCII));
        write("responder.key", KeyText.pkcs8(request.key().getPrivate()).getBytes(US_ASCII));
        write("ca.pem", KeyText.pem(authority.certificate()).getBytes(US_ASCII));
        write("index.txt", certificates.stream().map(each -> entry(each, revoked.test(each)))
                .collect(Collectors.joining()).getBytes(US_ASCII));
        lab.own(host.start("openssl", lab.folder().resolve("responder.log"), Map.of(), List.of("openssl", "ocsp",
                "-index", file("index.txt"), "-CA", file("ca.pem"), "-rsigner", file("responder.pem"), "-rkey",
                file("responder.key"), "-ndays", "1", "-port", "8080", "-ignore_err"))).awaitLog("ACCEPT");
    }

    /// A line of the database of `openssl ca`.
    private static String entry(X509Certificate certificate, boolean revoked) {
        String serial = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
        return String.join("\t", revoked ? "R" : "V", INDEX_TIME.format(certificate.getNotAfter().toInstant()),
                revoked ? INDEX_TIME.format(Instant.now()) + ",keyCompromise" : "",
                serial.length() % 2 == 0 ? serial : "0" + serial, "unknown", "/CN=" + serial) + "\n";
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void write(String name, byte[] content) {
        try {
            Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
