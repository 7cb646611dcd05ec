package io.vanth.ike.policy;

import io.vanth.ike.certificate.CertificateText;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The certificate that a connection proves itself with, and its end.
///
/// @param connection the name of the connection
public record OwnCertificate(String connection, X509Certificate certificate) {
    private static final Duration SOON = Duration.ofDays(30);

    /// Those of all connections that have one.
    public static List<OwnCertificate> of(List<Connection> connections) {
        return connections.stream().flatMap(each -> each.authentication() instanceof Authentication.Signatures signing
                ? signing.own().certificate().stream().map(own -> new OwnCertificate(each.name(), own))
                : java.util.stream.Stream.empty()).toList();
    }

    /// When it ends.
    public Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    /// Whether it ends within 30 days, or has ended.
    public boolean endsSoon(Instant now) {
        return expires().isBefore(now.plus(SOON));
    }

    /// The subject as it is shown.
    public String subject() {
        return CertificateText.subject(certificate);
    }

    @Override
    public String toString() {
        return CertificateText.of(certificate);
    }
}
