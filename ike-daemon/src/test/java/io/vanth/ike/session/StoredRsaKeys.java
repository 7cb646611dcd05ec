package io.vanth.ike.session;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/// RSA keys that tests need not make: that takes seconds.
final class StoredRsaKeys {
    private StoredRsaKeys() {}

    static KeyPair[] read() {
        try (var in = StoredRsaKeys.class.getResourceAsStream("rsa-keys.txt");
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return lines.lines().filter(line -> !line.startsWith("#")).map(StoredRsaKeys::pair).toArray(KeyPair[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyPair pair(String line) {
        try {
            var factory = KeyFactory.getInstance("RSA");
            var key = (RSAPrivateCrtKey) factory
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(line)));
            return new KeyPair(
                    factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())), key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
