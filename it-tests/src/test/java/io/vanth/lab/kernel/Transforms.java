package io.vanth.lab.kernel;

import io.vanth.dataplane.AhTransform;
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

    /// AH with every integrity algorithm.
    static Stream<AhTransform> ofAh() {
        return Arrays.stream(Integrity.values()).map(AhTransform::new);
    }

    /// One of each way in which the high half of an extended sequence number goes into the ICV.
    static Stream<EspTransform> extended() {
        return Stream.of(EspTransform.of(Cipher.AES_CBC, AES_128, Integrity.HMAC_SHA1_96),
                EspTransform.of(Cipher.AES_CTR, AES_128, Integrity.HMAC_SHA2_512_256),
                EspTransform.of(Cipher.AES_CBC, AES_128, Integrity.AES_XCBC_96),
                EspTransform.aead(Cipher.AES_CCM_16, AES_128), EspTransform.aead(Cipher.AES_GMAC, AES_128));
    }

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
