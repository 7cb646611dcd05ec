package io.vanth.ike.explain;

import io.vanth.ike.certificate.Verdict;

/// What to do about a peer's proof that is not believed.
final class CertificateCauses {
    private CertificateCauses() {}

    static Cause of(Verdict.Reason reason, String detail, Setting setting) {
        return new Cause(detail, switch (reason) {
            case NO_CERTIFICATE ->
                "Let the peer send its certificate (always, not only when asked), with its issuers'.";
            case MALFORMED -> "Issue the peer's certificate anew: what it sends cannot be read.";
            case UNKNOWN_AUTHORITY ->
                "Add the authority that issued the peer's certificate to %s here, or give the peer one of yours."
                        .formatted(setting.key("certificate.ca"));
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
                "Give the peer an RSA key of 2048 bits or more, or take the risk with %s: [shortRsaKeys] here."
                        .formatted(setting.key("allow"));
            case BAD_CHAIN ->
                "Let the peer send the certificates between its own and the authority's in %s, all of them valid."
                        .formatted(setting.key("certificate.ca"));
            case BAD_SIGNATURE ->
                "Let the peer sign with the private key that belongs to its certificate.";
        });
    }
}
