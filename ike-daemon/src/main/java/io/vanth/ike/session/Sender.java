package io.vanth.ike.session;

/// Who seems to have sent a datagram, before any work is done on it.
public enum Sender {
    /// It bears a cookie of ours, which strangers do not know.
    SESSION,
    /// It is from an address that is configured, or was forged so.
    PEER,
    /// Anybody.
    OTHER
}
