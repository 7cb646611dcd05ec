package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Bytes;
import java.util.List;

/// An own private key, and the certificates that vouch for it.
public interface Credential extends AutoCloseable {
    /// What it signs with.
    AuthenticationMethod method();

    /// In DER, the own one first, then those that lead to a trust anchor; empty for a key without certificates.
    List<Bytes> certificates();

    /// The signature over the bare hash: PKCS#1 v1.5 padding without DigestInfo for RSA (RFC 2409 section 5.1), r and s of
    /// fixed width for ECDSA (RFC 4754 section 7). Slow.
    Bytes sign(Bytes hash);

    /// Forgets the key; again does nothing.
    @Override
    void close();
}
