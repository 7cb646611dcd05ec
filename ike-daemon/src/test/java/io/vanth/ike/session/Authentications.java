package io.vanth.ike.session;

import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.PinnedKey;
import io.vanth.ike.policy.Authentication;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.EnumMap;
import java.util.Map;

/// Ways to authenticate, with the keys of both ends.
enum Authentications {
    PRE_SHARED_KEY,
    RSA,
    ECDSA_256,
    ECDSA_384,
    ECDSA_521;

    /// Keys are slow to make, so all tests share them.
    private static final Map<Authentications, KeyPair[]> KEYS = new EnumMap<>(Authentications.class);

    /// What one end has: its own key, and the peer's to believe.
    Authentication of(boolean first) {
        if (this == PRE_SHARED_KEY) {
            return new Authentication.PreShared(Pair.psk("correct horse battery staple"));
        }
        KeyPair[] keys = keys();
        return new Authentication.Signatures(Credential.ofKey(keys[first ? 0 : 1]),
                new PinnedKey(keys[first ? 1 : 0].getPublic(), false));
    }

    /// As [#of(boolean)], but another key than the peer believes.
    Authentication impostor(boolean first) {
        if (this == PRE_SHARED_KEY) {
            return new Authentication.PreShared(Pair.psk("incorrect horse battery staple"));
        }
        KeyPair[] keys = keys();
        return new Authentication.Signatures(Credential.ofKey(keys[2]),
                new PinnedKey(keys[first ? 1 : 0].getPublic(), false));
    }

    private KeyPair[] keys() {
        synchronized (KEYS) {
            return KEYS.computeIfAbsent(this, _ -> new KeyPair[]{make(), make(), make()});
        }
    }

    private KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(this == RSA ? "RSA" : "EC");
            switch (this) {
                case RSA -> generator.initialize(2048);
                case ECDSA_256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case ECDSA_384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
                case ECDSA_521 -> generator.initialize(new ECGenParameterSpec("secp521r1"));
                case PRE_SHARED_KEY -> throw new IllegalStateException("it has no pair");
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
