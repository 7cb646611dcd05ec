package io.vanth.ike.certificate;

/// How much must be known about the revocation of a peer's certificates.
public enum Revocation {
    /// Nothing is looked up.
    OFF,
    /// What is known to be revoked is refused.
    IF_KNOWN,
    /// What is not known to be good is refused.
    REQUIRED
}
