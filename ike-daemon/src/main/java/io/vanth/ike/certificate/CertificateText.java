package io.vanth.ike.certificate;

import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.security.auth.x500.X500Principal;

/// What an operator reads about a certificate; what a stranger wrote is escaped (S-6).
public final class CertificateText {
    private CertificateText() {}

    /// As `certificate 'C=DE, CN=gw' (serial 0a1b, valid 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z)`.
    public static String of(X509Certificate certificate) {
        return "certificate '%s' (serial %s, valid %s to %s)".formatted(name(certificate.getSubjectX500Principal()),
                certificate.getSerialNumber().toString(16), date(certificate.getNotBefore()),
                date(certificate.getNotAfter()));
    }

    /// The subject, as `C=DE, CN=gw`.
    public static String subject(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    static String name(X500Principal name) {
        return new Identity(Identity.DER_ASN1_DN, Bytes.owning(name.getEncoded())).toString();
    }

    static Instant date(Date date) {
        return date.toInstant().truncatedTo(ChronoUnit.SECONDS);
    }
}
