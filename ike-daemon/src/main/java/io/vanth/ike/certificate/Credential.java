package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// An own private key, and the certificates that vouch for it.
public final class Credential implements AutoCloseable {
    private static final int LONGEST_CHAIN = 8;

    private final PublicKey publicKey;
    private final AuthenticationMethod method;
    private final List<X509Certificate> chain;
    private PrivateKey privateKey;

    private Credential(PrivateKey privateKey, PublicKey publicKey, List<X509Certificate> chain) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.chain = List.copyOf(chain);
        method = KeyKind.methodOf(publicKey).orElseThrow(() -> new IllegalArgumentException(
                "IKEv1 has no method for keys of this kind (%s)".formatted(publicKey.getAlgorithm())));
    }

    /// A key without certificates. Throws `IllegalArgumentException` when IKEv1 has no method for keys of its kind.
    public static Credential ofKey(KeyPair key) {
        return new Credential(key.getPrivate(), key.getPublic(), List.of());
    }

    /// A key with its certificate, and those of the authorities between, which are found among `others`. Throws
    /// `IllegalArgumentException` when IKEv1 has no method for keys of its kind.
    public static Credential ofCertificate(PrivateKey key, X509Certificate own, List<X509Certificate> others) {
        List<X509Certificate> chain = new ArrayList<>(List.of(own));
        Optional<X509Certificate> next = issuer(own, others);
        while (next.isPresent() && !chain.contains(next.get()) && chain.size() < LONGEST_CHAIN) {
            chain.add(next.get());
            next = issuer(next.get(), others);
        }
        return new Credential(key, own.getPublicKey(), chain);
    }

    /// Roots are not sent: who does not have them does not trust them.
    private static Optional<X509Certificate> issuer(X509Certificate certificate, List<X509Certificate> others) {
        return others.stream().filter(each -> each.getSubjectX500Principal()
                .equals(certificate.getIssuerX500Principal())
                && !each.getSubjectX500Principal().equals(each.getIssuerX500Principal())).findFirst();
    }

    /// What it signs with.
    public AuthenticationMethod method() {
        return method;
    }

    /// In DER, the own one first, then those that lead to a trust anchor; empty for a key without certificates.
    public List<Bytes> certificates() {
        return chain.stream().map(Credential::der).toList();
    }

    private static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.owning(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has no encoding", e);
        }
    }

    /// The own certificate.
    public Optional<X509Certificate> certificate() {
        return chain.stream().findFirst();
    }

    /// The signature over the bare hash, which is not hashed again: PKCS#1 v1.5 padding without DigestInfo for RSA (RFC
    /// 2409 section 5.1), r and s of fixed width for ECDSA, whose hash comes of HMAC with the method's own SHA-2, keyed
    /// with the negotiated SKEYID (RFC 4754 section 7). Slow.
    ///
    /// @param random for the nonce of ECDSA
    public Bytes sign(Bytes hash, SecureRandom random) {
        PrivateKey key = privateKey;
        if (key == null) {
            throw new IllegalStateException("the key is already forgotten");
        }
        try {
            return method == AuthenticationMethod.RSA_SIGNATURE
                    ? RsaSignature.sign(key, hash, random)
                    : EcdsaSignature.sign(key, hash, random);
        } catch (GeneralSecurityException unusable) {
            throw new IllegalStateException("a key that was tried cannot sign", unusable);
        }
    }

    /// Signs something and verifies it: whether the private key is that of the certificate.
    public boolean isConsistent(SecureRandom random) {
        Bytes probe = Bytes.of(new byte[20]);
        try {
            return KeyKind.verifies(publicKey, method, probe, sign(probe, random));
        } catch (IllegalStateException unusable) {
            return false;
        }
    }

    /// What is wrong with the strength of the key, as the end of a sentence about it.
    public Optional<String> weakness(boolean shortKeys) {
        return KeyKind.weakness(publicKey, shortKeys);
    }

    /// The public key stands for the private one.
    @Override
    public boolean equals(Object other) {
        return other instanceof Credential that && publicKey.equals(that.publicKey) && chain.equals(that.chain);
    }

    @Override
    public int hashCode() {
        return Objects.hash(publicKey, chain);
    }

    /// Forgets the key; again does nothing.
    @Override
    public void close() {
        privateKey = null;
    }
}
