package io.vanth.ike.session;

import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.Prf;
import io.vanth.ike.wire.Bytes;

/// What a message is known by when it comes again, so that nobody makes us keep it: half of its SHA-256.
record Fingerprint(long high, long low) {
    /// Of no message.
    static final Fingerprint NONE = new Fingerprint(0, 0);
    private static final Prf HASH = new Prf(HashAlgorithm.SHA256);

    static Fingerprint of(Bytes message) {
        Bytes digest = HASH.digest(message);
        return new Fingerprint(digest.longAt(0), digest.longAt(Long.BYTES));
    }
}
