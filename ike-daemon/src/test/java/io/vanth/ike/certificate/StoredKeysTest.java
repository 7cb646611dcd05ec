package io.vanth.ike.certificate;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Every form in which keys and certificates are stored (I-7).
class StoredKeysTest {
    private static final KeyPair RSA = Keys.rsa(2048);
    private static final Authority ROOT = Authority.root("CN=Root");

    private static Optional<Secret> password(String text) {
        return Optional.of(Secret.copyOf(KeyText.bytes(text)));
    }

    private static KeyPair key(String kind) {
        return kind.equals("RSA") ? RSA : Keys.ec(kind);
    }

    private static void assertSame(KeyPair expected, KeyPair read) {
        Bytes hash = Bytes.of(new byte[32]);
        Credential own = Credential.ofKey(read);
        assertTrue(own.isConsistent(new SecureRandom()));
        assertTrue(KeyKind.verifies(expected.getPublic(), own.method(), hash, own.sign(hash, new SecureRandom())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "secp256r1", "secp384r1", "secp521r1"})
    void privateKeys(String kind) {
        KeyPair key = key(kind);
        String plain = KeyText.pkcs8(key.getPrivate());
        assertSame(key, StoredKeys.privateKey(KeyText.bytes(plain), Optional.empty()));
        assertSame(key, StoredKeys.privateKey(key.getPrivate().getEncoded(), Optional.empty()));
        assertSame(key, StoredKeys.privateKey(KeyText.bytes(KeyText.traditional(key.getPrivate())), Optional.empty()));
        byte[] encrypted = KeyText.bytes(KeyText.encrypted(key.getPrivate(), "open sesame"));
        assertSame(key, StoredKeys.privateKey(encrypted, password("open sesame")));
    }

    private static String refusal(byte[] content, Optional<Secret> password) {
        return assertThrows(IllegalArgumentException.class, () -> StoredKeys.privateKey(content, password))
                .getMessage();
    }

    @Test
    void refusalsSayWhy() {
        byte[] encrypted = KeyText.bytes(KeyText.encrypted(RSA.getPrivate(), "open sesame"));
        assertEquals("it is encrypted, and no password is given", refusal(encrypted, Optional.empty()));
        assertEquals("the password does not open it", refusal(encrypted, password("wrong")));
        assertEquals("there is no private key in it", refusal(KeyText.bytes(KeyText.pem(ROOT.certificate())),
                Optional.empty()));
        assertEquals("there is no private key in it", refusal(new byte[0], Optional.empty()));
        byte[] broken = KeyText.bytes("-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n");
        assertEquals("it holds no private key that can be read", refusal(broken, Optional.empty()));
    }

    @Test
    void pkcs12() {
        X509Certificate leaf = ROOT.issue(Request.of("CN=gw", RSA, "gw.example"));
        byte[] store = KeyText.pkcs12(RSA.getPrivate(), "open sesame", leaf, ROOT.certificate());
        StoredKeys.Bundle bundle = StoredKeys.pkcs12(store, password("open sesame"));
        assertEquals(List.of(leaf, ROOT.certificate()), bundle.chain());
        assertEquals(RSA.getPrivate(), bundle.key());
        assertThrows(IllegalArgumentException.class, () -> StoredKeys.pkcs12(store, password("wrong")));
        assertThrows(IllegalArgumentException.class, () -> StoredKeys.pkcs12(new byte[5], password("wrong")));
    }

    @Test
    void publicKeys() {
        assertEquals(RSA.getPublic(), StoredKeys.publicKey(KeyText.raw(RSA.getPublic())));
        assertEquals(RSA.getPublic(), StoredKeys.publicKey(KeyText.pem(RSA.getPublic())));
        KeyPair ec = Keys.ec("secp256r1");
        assertEquals(ec.getPublic(), StoredKeys.publicKey(KeyText.pem(ec.getPublic())));
        assertEquals(RSA.getPublic(),
                StoredKeys.publicKey(KeyText.pem(ROOT.issue(Request.of("CN=gw", RSA)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "0sAw==", "0sAAAA", "no key", "-----BEGIN PUBLIC KEY-----"})
    void whatIsNoPublicKey(String text) {
        assertThrows(IllegalArgumentException.class, () -> StoredKeys.publicKey(text));
    }

    @Test
    void certificates() throws java.security.GeneralSecurityException {
        Authority branch = ROOT.authority("CN=Branch");
        String bundle = "a remark\n" + KeyText.pem(branch.certificate(), RSA.getPrivate(), ROOT.certificate());
        assertEquals(List.of(branch.certificate(), ROOT.certificate()),
                StoredCertificates.certificates(KeyText.bytes(bundle)));
        assertEquals(List.of(ROOT.certificate()),
                StoredCertificates.certificates(ROOT.certificate().getEncoded()));
        X509CRL list = ROOT.revoking();
        assertEquals(List.of(list), StoredCertificates.revocationLists(KeyText.bytes(KeyText.pem(list))));
        assertThrows(IllegalArgumentException.class, () -> StoredCertificates.certificates(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> StoredCertificates.certificates(new byte[]{0x30, 1}));
    }
}
