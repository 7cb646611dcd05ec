package io.vanth.ike.explain;

import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Verdict;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/// What to do about a proof that is not believed.
final class CertificateCauses {
    private CertificateCauses() {}

    /// What the peer does not believe of ours, which it seldom tells.
    static Cause ours(Setting setting) {
        Optional<Credential> own = setting.credential();
        if (own.isPresent() && own.get().certificates().isEmpty()) {
            return new Cause("The peer does not accept our signature: it has another public key for us, or none.",
                    "Give the peer the public half of %s (openssl pkey -in KEY -pubout).".formatted(
                            setting.key("rawKey.key")));
        }
        return own.flatMap(Credential::certificate).filter(each -> !isValid(each, setting.at()))
                .map(each -> new Cause("The peer does not accept our certificate: it is valid from %s to %s only."
                        .formatted(each.getNotBefore().toInstant(), each.getNotAfter().toInstant()),
                        "Set the clocks of this host and of the peer, or have the certificate of %s renewed."
                                .formatted(setting.key("certificate"))))
                .orElseGet(() -> new Cause("The peer does not accept our certificate or signature.",
                        "Let the peer trust the authority that issued the certificate of %s, or send it those between (chain); check that none of them is revoked or has expired, and that it names %s."
                                .formatted(setting.key("certificate"), setting.connection().localId())));
    }

    private static boolean isValid(X509Certificate certificate, Instant at) {
        return !at.isBefore(certificate.getNotBefore().toInstant())
                && !at.isAfter(certificate.getNotAfter().toInstant());
    }

    static Cause of(Verdict.Reason reason, String detail, Setting setting) {
        return new Cause(detail, switch (reason) {
            case NO_CERTIFICATE ->
                "Let the peer send its certificate (always, not only when asked), with its issuers'.";
            case MALFORMED -> "Issue the peer's certificate anew: what it sends cannot be read.";
            case UNKNOWN_AUTHORITY ->
                "Add the authority that issued the peer's certificate to %s here, or give the peer one of yours. If it is one between the peer and a root that is there: let the peer send its certificate too, or add it to %s."
                        .formatted(setting.key("certificate.ca"), setting.key("certificate.chain"));
            case EXPIRED -> "Renew the certificate that has expired, and check the clock of this host.";
            case NOT_YET_VALID ->
                "Set the clock of this host, or of the one that issued it: the certificate begins in the future.";
            case REVOKED -> "Give the peer a new certificate: its authority has revoked this one.";
            case REVOCATION_UNKNOWN ->
                "Put a current CRL of the authority into %s here, or set %s: ifKnown.".formatted(
                        setting.key("certificate.crl"), setting.key("certificate.revocation"));
            case WRONG_IDENTITY ->
                "Issue the peer's certificate with its identity as a subject alternative name, or set its identity to"
                        + " one that the certificate has.";
            case NOT_FOR_IKE ->
                "Issue the peer's certificate with the key usage digitalSignature, and no extended usage that excludes"
                        + " IKE (RFC 4945 section 5.1.3).";
            case WEAK_KEY ->
                "Give the peer a certificate with an RSA key of 2048 bits or more, signed with SHA-256 or better; or take the risk of a short key with %s: [shortRsaKeys] here."
                        .formatted(setting.key("allow"));
            case BAD_CHAIN ->
                "Have the certificate that is named issued anew, by an authority that is allowed to; if the authority itself was made anew under its old name, put its new certificate into %s."
                        .formatted(setting.key("certificate.ca"));
            case BAD_SIGNATURE ->
                setting.credential().filter(each -> each.certificates().isEmpty()).isPresent()
                        ? "Put the peer's own public key into %s here, or let the peer sign with the key that is its other half."
                                .formatted(setting.key("rawKey.remote"))
                        : "Let the peer sign with the private key that belongs to its certificate.";
        });
    }
}
