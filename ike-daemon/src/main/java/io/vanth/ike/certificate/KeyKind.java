package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// What a public key is good for, and whether it is strong enough.
final class KeyKind {
    static final int SHORTEST_RSA = 1024;
    static final int SHORTEST_STRONG_RSA = 2048;
    static final int LONGEST_RSA = 8192;
    /// Longer ones make a verification slow, and nobody has them.
    private static final int LONGEST_EXPONENT = 64;
    private static final BigInteger SMALLEST_EXPONENT = BigInteger.valueOf(3);

    private KeyKind() {}

    /// What signs with the private half of `key`; empty for keys that IKEv1 has no method for.
    static Optional<AuthenticationMethod> methodOf(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return Optional.of(AuthenticationMethod.RSA_SIGNATURE);
        }
        if (!key.getAlgorithm().equals("EC")) {
            return Optional.empty();
        }
        ASN1Encodable curve = SubjectPublicKeyInfo.getInstance(key.getEncoded()).getAlgorithm().getParameters();
        return curve instanceof ASN1ObjectIdentifier name ? methodOf(name) : Optional.empty();
    }

    private static Optional<AuthenticationMethod> methodOf(ASN1ObjectIdentifier curve) {
        if (curve.equals(SECObjectIdentifiers.secp256r1)) {
            return Optional.of(AuthenticationMethod.ECDSA_256);
        }
        if (curve.equals(SECObjectIdentifiers.secp384r1)) {
            return Optional.of(AuthenticationMethod.ECDSA_384);
        }
        return curve.equals(SECObjectIdentifiers.secp521r1)
                ? Optional.of(AuthenticationMethod.ECDSA_521)
                : Optional.empty();
    }

    /// What is wrong with the key, as the end of a sentence about it; empty when it is strong enough (S-12).
    static Optional<String> weakness(PublicKey key, boolean shortKeys) {
        return key instanceof RSAPublicKey rsa ? weakness(rsa, shortKeys) : Optional.empty();
    }

    private static Optional<String> weakness(RSAPublicKey key, boolean shortKeys) {
        int bits = key.getModulus().bitLength();
        BigInteger exponent = key.getPublicExponent();
        int shortest = shortKeys ? SHORTEST_RSA : SHORTEST_STRONG_RSA;
        if (bits < shortest || bits > LONGEST_RSA) {
            return Optional.of("has an RSA key of %d bits; %d to %d are accepted".formatted(bits, shortest,
                    LONGEST_RSA));
        }
        if (!key.getModulus().testBit(0)) {
            return Optional.of("has an RSA key with an even modulus");
        }
        if (!exponent.testBit(0) || exponent.compareTo(SMALLEST_EXPONENT) < 0) {
            return Optional.of("has an RSA key whose exponent is even or below 3");
        }
        return exponent.bitLength() > LONGEST_EXPONENT
                ? Optional.of("has an RSA key with an exponent of %d bits".formatted(exponent.bitLength()))
                : Optional.empty();
    }

    /// Whether `signature` over the bare hash was made with `method` and the private half of `key`.
    static boolean verifies(PublicKey key, AuthenticationMethod method, Bytes hash, Bytes signature) {
        if (!methodOf(key).equals(Optional.of(method))) {
            return false;
        }
        try {
            return key instanceof RSAPublicKey rsa
                    ? RsaSignature.verify(rsa, hash, signature)
                    : EcdsaSignature.verify(key, method, hash, signature);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK lacks " + method, missing);
        }
    }
}
