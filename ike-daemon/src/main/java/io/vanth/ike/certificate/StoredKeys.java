package io.vanth.ike.certificate;

import io.vanth.dataplane.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/// Keys as files hold them. What cannot be read is an `IllegalArgumentException` with the reason.
public final class StoredKeys {
    private static final String RAW_PREFIX = "0s";
    private static final int SEQUENCE = 0x30;

    private StoredKeys() {}

    /// A private key and the certificates that stand with it.
    public record Bundle(PrivateKey key, List<X509Certificate> chain) {
        public Bundle {
            chain = List.copyOf(chain);
        }
    }

    /// A private key: PKCS#8, perhaps encrypted, PKCS#1 or SEC1, in PEM, or PKCS#8 in DER.
    public static KeyPair privateKey(byte[] content, Optional<Secret> password) {
        try {
            return pair(content.length > 0 && content[0] == SEQUENCE
                    ? PrivateKeyInfo.getInstance(content)
                    : privateKeyInfo(content, password));
        } catch (PKCSException | org.bouncycastle.openssl.EncryptionException wrong) {
            throw new IllegalArgumentException("the password does not open it", wrong);
        } catch (IOException | GeneralSecurityException | OperatorCreationException | RuntimeException broken) {
            throw broken instanceof KeyReadException told
                    ? told
                    : new KeyReadException("it holds no private key that can be read", broken);
        }
    }

    private static final class KeyReadException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        KeyReadException(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    private static PrivateKeyInfo privateKeyInfo(byte[] content, Optional<Secret> password)
            throws IOException, OperatorCreationException, PKCSException {
        try (PEMParser pem = StoredCertificates.pem(content)) {
            for (Object each = pem.readObject(); each != null; each = pem.readObject()) {
                switch (each) {
                    case PrivateKeyInfo plain -> {
                        return plain;
                    }
                    case PEMKeyPair plain -> {
                        return plain.getPrivateKeyInfo();
                    }
                    case PKCS8EncryptedPrivateKeyInfo encrypted -> {
                        return encrypted.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                                .setProvider(new BouncyCastleProvider()).build(characters(password)));
                    }
                    case PEMEncryptedKeyPair encrypted -> {
                        return encrypted.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                .setProvider(new BouncyCastleProvider()).build(characters(password)))
                                .getPrivateKeyInfo();
                    }
                    default -> {
                    }
                }
            }
        }
        throw new KeyReadException("there is no private key in it", null);
    }

    private static char[] characters(Optional<Secret> password) {
        return password.map(secret -> secret.expose(bytes -> new String(bytes, StandardCharsets.UTF_8).toCharArray()))
                .orElseThrow(() -> new KeyReadException("it is encrypted, and no password is given", null));
    }

    private static KeyPair pair(PrivateKeyInfo info) throws GeneralSecurityException, IOException {
        ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        var encoded = new PKCS8EncodedKeySpec(info.getEncoded());
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            PrivateKey key = factory.generatePrivate(encoded);
            if (key instanceof RSAPrivateCrtKey whole) {
                return new KeyPair(factory.generatePublic(new RSAPublicKeySpec(whole.getModulus(),
                        whole.getPublicExponent())), key);
            }
            throw new KeyReadException("its RSA key lacks the primes", null);
        }
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            KeyFactory factory = KeyFactory.getInstance("EC");
            return new KeyPair(factory.generatePublic(new X509EncodedKeySpec(publicPoint(info).getEncoded())),
                    factory.generatePrivate(encoded));
        }
        throw new KeyReadException("its key is neither RSA nor ECDSA", null);
    }

    private static SubjectPublicKeyInfo publicPoint(PrivateKeyInfo info) throws IOException {
        var curve = ASN1ObjectIdentifier.getInstance(info.getPrivateKeyAlgorithm().getParameters());
        X9ECParameters parameters = ECNamedCurveTable.getByOID(curve);
        if (parameters == null) {
            throw new KeyReadException("the curve of its key is unknown", null);
        }
        byte[] point = new FixedPointCombMultiplier().multiply(parameters.getG(),
                ECPrivateKey.getInstance(info.parsePrivateKey()).getKey()).normalize().getEncoded(false);
        return new SubjectPublicKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), point);
    }

    /// A key and its certificates from PKCS#12.
    public static Bundle pkcs12(byte[] content, Optional<Secret> password) {
        char[] characters = password.isPresent() ? characters(password) : new char[0];
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), characters);
            for (String alias : Collections.list(store.aliases())) {
                Certificate[] chain = store.getCertificateChain(alias);
                if (chain != null && store.getKey(alias, characters) instanceof PrivateKey key) {
                    return new Bundle(key, Arrays.stream(chain).map(X509Certificate.class::cast).toList());
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException broken) {
            throw new IllegalArgumentException("it is no PKCS#12 file, or the password does not open it", broken);
        } finally {
            Arrays.fill(characters, '\0');
        }
        throw new IllegalArgumentException("there is no private key with a certificate in it");
    }

    /// A public key: `0s` and RFC 3110 in base64 as `rsasigkey` and `pki --pub` write it, or PEM.
    public static PublicKey publicKey(String content) {
        String text = content.strip();
        try {
            if (text.startsWith(RAW_PREFIX)) {
                return raw(Base64.getMimeDecoder().decode(text.substring(RAW_PREFIX.length())));
            }
            try (PEMParser pem = StoredCertificates.pem(text.getBytes(StandardCharsets.ISO_8859_1))) {
                Object first = pem.readObject();
                if (first instanceof X509CertificateHolder certificate) {
                    return key(certificate.getSubjectPublicKeyInfo());
                }
                if (first instanceof SubjectPublicKeyInfo info) {
                    return key(info);
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException broken) {
            throw new IllegalArgumentException("it holds a public key that cannot be read", broken);
        }
        throw new IllegalArgumentException("it is no public key: neither 0s and base64 nor PEM");
    }

    private static PublicKey key(SubjectPublicKeyInfo info) throws GeneralSecurityException, IOException {
        boolean rsa = info.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption);
        return KeyFactory.getInstance(rsa ? "RSA" : "EC").generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    }

    /// RFC 3110 section 2: the length of the exponent in one byte, or in two behind a zero; the exponent; the modulus.
    private static PublicKey raw(byte[] key) throws GeneralSecurityException {
        int start = key[0] == 0 ? 3 : 1;
        int length = key[0] == 0 ? (key[1] & 0xff) << 8 | key[2] & 0xff : key[0] & 0xff;
        var exponent = new BigInteger(1, Arrays.copyOfRange(key, start, start + length));
        var modulus = new BigInteger(1, Arrays.copyOfRange(key, start + length, key.length));
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }
}
