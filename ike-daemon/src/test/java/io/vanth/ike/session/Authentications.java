package io.vanth.ike.session;

import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.PinnedKey;
import io.vanth.ike.policy.Authentication;
import java.security.KeyPair;
import java.util.EnumMap;
import java.util.Map;

/// Ways to authenticate, with the keys of both ends.
enum Authentications {
    PRE_SHARED_KEY,
    RSA,
    ECDSA_256,
    ECDSA_384,
    ECDSA_521;

    /// All tests share them.
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
            return KEYS.computeIfAbsent(this, each -> switch (each) {
                case RSA -> StoredRsaKeys.read();
                case ECDSA_256 -> three("secp256r1");
                case ECDSA_384 -> three("secp384r1");
                case ECDSA_521 -> three("secp521r1");
                case PRE_SHARED_KEY -> throw new IllegalStateException("it has no pair");
            });
        }
    }

    private static KeyPair[] three(String curve) {
        return new KeyPair[]{Keys.ec(curve), Keys.ec(curve), Keys.ec(curve)};
    }
}
