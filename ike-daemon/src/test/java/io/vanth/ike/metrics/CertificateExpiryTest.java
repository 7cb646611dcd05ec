package io.vanth.ike.metrics;

import io.vanth.dataplane.Secret;
import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.CertificateTrust;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.ike.certificate.Revocation;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.OwnCertificate;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The end of an own certificate is known ahead (I-7).
class CertificateExpiryTest {
    private static final Instant END = Instant.parse("2031-05-06T07:08:09Z");

    private static Connection connection(Connection plain) {
        KeyPair key = Keys.ec("secp256r1");
        Authority root = Authority.root("CN=Root");
        X509Certificate own = root.issue(Request.of("C=DE, CN=gw", key).valid(END.minus(Duration.ofDays(90)), END));
        var trust = new CertificateTrust(List.of(root.certificate()), List.of(), List.of(), Revocation.OFF, false);
        return ConnectionDraft.change(plain, draft -> draft.authentication = new Authentication.Signatures(
                Credential.ofCertificate(key.getPrivate(), own, List.of()), trust));
    }

    @Test
    void theMetricsNameTheEnd() {
        Connection connection = connection(plain());
        try (DaemonMetrics metrics = new DaemonMetrics("1", List.of(connection))) {
            String page = metrics.scrape();
            assertTrue(page
                    .contains("vanth_certificate_expiry_timestamp_seconds{connection=\"%s\",subject=\"C=DE, CN=gw\"} %s"
                            .formatted(connection.name(), Double.toString((double) END.getEpochSecond()))),
                    page);
        }
    }

    /// As that of the API.
    @Test
    void theMetricsNameTheEndOfThoseOfNoConnection() {
        OwnCertificate own = OwnCertificate.of(List.of(connection(plain()))).getFirst();
        try (DaemonMetrics metrics = new DaemonMetrics("1", List.of())) {
            metrics.configured(List.of(), List.of(new OwnCertificate("control", own.certificate())));
            String page = metrics.scrape();
            assertTrue(page.contains("{connection=\"control\",subject=\"C=DE, CN=gw\"}"), page);
        }
    }

    @Test
    void soonIsThirtyDaysAhead() {
        OwnCertificate own = OwnCertificate.of(List.of(connection(plain()))).getFirst();
        assertEquals(END, own.expires());
        assertTrue(own.endsSoon(END.minus(Duration.ofDays(29))));
        assertTrue(!own.endsSoon(END.minus(Duration.ofDays(31))));
        assertTrue(OwnCertificate.of(List.of(plain())).isEmpty());
    }

    private static Connection plain() {
        return ConnectionDraft.plain("branch", InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("192.0.2.2"),
                Secret.copyOf(new byte[]{1}));
    }
}
