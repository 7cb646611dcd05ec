package io.vanth.dataplane;

import java.util.Objects;
import java.util.Optional;

/// Encryption and integrity of an ESP SA. `keyBits` is the cipher's key size without the salt.
public record EspTransform(Cipher cipher, int keyBits, Optional<Integrity> integrity) implements Transform {
    public EspTransform {
        Objects.requireNonNull(integrity);
        if (!cipher.keyBits().contains(keyBits)) {
            throw new IllegalArgumentException(
                    "%s has keys of %s bits, not %d".formatted(cipher, cipher.keyBits(), keyBits));
        }
        if (cipher.isAead() && integrity.isPresent()) {
            throw new IllegalArgumentException(cipher + " authenticates by itself; leave out " + integrity.get());
        }
        if (cipher == Cipher.NULL && integrity.isEmpty()) {
            throw new IllegalArgumentException("NULL needs an integrity algorithm (RFC 4303 section 3.2)");
        }
    }

    /// A combined-mode transform.
    public static EspTransform aead(Cipher cipher, int keyBits) {
        return new EspTransform(cipher, keyBits, Optional.empty());
    }

    /// A cipher with an integrity algorithm.
    public static EspTransform of(Cipher cipher, int keyBits, Integrity integrity) {
        return new EspTransform(cipher, keyBits, Optional.of(integrity));
    }

    /// A cipher alone: whoever changes a packet on its way changes what comes out of it. RFC 8221 section 4 says that it
    /// must not be; it is for peers that know nothing else, and never negotiated.
    public static EspTransform unauthenticated(Cipher cipher, int keyBits) {
        if (cipher.isAead()) {
            throw new IllegalArgumentException(cipher + " authenticates by itself");
        }
        return new EspTransform(cipher, keyBits, Optional.empty());
    }

    @Override
    public boolean isAuthenticated() {
        return cipher.isAead() || integrity.isPresent();
    }

    @Override
    public SecurityProtocol protocol() {
        return SecurityProtocol.ESP;
    }

    /// Cipher key and salt, in bytes.
    public int cipherKeyBytes() {
        return keyBits / 8 + cipher.saltBytes();
    }

    @Override
    public int keyBytes() {
        return cipherKeyBytes() + integrity.map(Integrity::keyBytes).orElse(0);
    }

    /// The ICV at the end of each packet, in bytes.
    public int icvBytes() {
        return integrity.map(Integrity::icvBytes).orElse(cipher.icvBytes());
    }
}
