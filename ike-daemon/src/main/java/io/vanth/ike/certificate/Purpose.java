package io.vanth.ike.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether a certificate may sign for IKE.
final class Purpose {
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int NON_REPUDIATION = 1;
    /// RFC 4945 section 5.1.3.12 accepts ipsecIKE (5.5.7.3.17) and any. Authorities of this market issue more: Microsoft's
    /// IKE intermediate, the three deprecated ones of 1999, and gateways' certificates that are made for TLS servers and
    /// clients. None of them widens trust, as the identity must fit, and the authority is the operator's choice.
    private static final Set<String> ACCEPTED = Set.of("2.5.29.37.0", "1.3.6.1.5.5.7.3.17", "1.3.6.1.5.5.8.2.2",
            "1.3.6.1.5.5.7.3.5", "1.3.6.1.5.5.7.3.6", "1.3.6.1.5.5.7.3.7", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

    private Purpose() {}

    /// What forbids it, as the end of a sentence about the certificate.
    static Optional<String> objection(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        // RFC 4945 section 5.1.3.2.
        if (usage != null && !usage[DIGITAL_SIGNATURE] && !usage[NON_REPUDIATION]) {
            return Optional.of("is not for signatures: its key usage lacks digitalSignature and nonRepudiation");
        }
        try {
            List<String> extended = certificate.getExtendedKeyUsage();
            return extended == null || extended.stream().anyMatch(ACCEPTED::contains)
                    ? Optional.empty()
                    : Optional.of("is not for IKE: its extended key usage is " + String.join(", ", extended));
        } catch (CertificateParsingException unreadable) {
            return Optional.of("has an extended key usage that cannot be read");
        }
    }
}
