package io.vanth.ike.certificate;

import java.time.Instant;

/// What is known of the revocation of a certificate.
sealed interface RevocationStatus {
    /// It is not revoked.
    record Good() implements RevocationStatus {}

    /// It is.
    record Revoked(Instant since) implements RevocationStatus {}

    /// Nothing, and why.
    record Unknown(String reason) implements RevocationStatus {}
}
