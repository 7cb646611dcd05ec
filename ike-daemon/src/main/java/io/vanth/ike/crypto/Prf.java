package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;

/// The pseudo-random function that phase 1 negotiated: HMAC of its hash algorithm (RFC 2409 section 4).
public record Prf(HashAlgorithm hash) {
    /// prf(key, data | data | ...), public.
    public Bytes of(Secret key, Bytes... data) {
        return null;
    }

    /// The hash algorithm itself over public data, for NAT discovery (RFC 3947 section 3.2).
    public Bytes digest(Bytes... data) {
        return null;
    }
}
