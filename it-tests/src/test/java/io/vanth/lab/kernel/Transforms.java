package io.vanth.lab.kernel;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.util.Arrays;
import java.util.stream.Stream;

/// What ESP is tried with.
final class Transforms {
    /// Where a test is not about the transform.
    static final EspTransform USUAL = EspTransform.aead(Cipher.AES_GCM_16, 128);
    private static final int AES_128 = 128;

    private Transforms() {}

    /// Every cipher with every size of its key, and every integrity algorithm with one cipher.
    static Stream<EspTransform> all() {
        Stream<EspTransform> ciphers = Arrays.stream(Cipher.values())
                .flatMap(cipher -> cipher.keyBits().stream().map(bits -> cipher.isAead()
                        ? EspTransform.aead(cipher, bits)
                        : EspTransform.of(cipher, bits, Integrity.HMAC_SHA2_256_128)));
        Stream<EspTransform> integrities = Arrays.stream(Integrity.values())
                .filter(integrity -> integrity != Integrity.HMAC_SHA2_256_128)
                .map(integrity -> EspTransform.of(Cipher.AES_CBC, AES_128, integrity));
        return Stream.concat(ciphers, integrities);
    }
}
