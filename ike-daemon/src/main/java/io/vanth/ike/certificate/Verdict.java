package io.vanth.ike.certificate;

/// Whether a peer has proved its identity.
public sealed interface Verdict {
    /// It has.
    record Genuine() implements Verdict {}

    /// It has not.
    ///
    /// @param detail one sentence for the operator; what the peer sent is escaped
    record Refused(Reason reason, String detail) implements Verdict {}

    /// What was wrong with a proof.
    enum Reason {
        NO_CERTIFICATE,
        MALFORMED,
        UNKNOWN_AUTHORITY,
        EXPIRED,
        NOT_YET_VALID,
        REVOKED,
        REVOCATION_UNKNOWN,
        WRONG_IDENTITY,
        NOT_FOR_IKE,
        WEAK_KEY,
        BAD_CHAIN,
        BAD_SIGNATURE
    }
}
