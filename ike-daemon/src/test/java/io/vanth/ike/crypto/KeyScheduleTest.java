package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static io.vanth.ike.crypto.Handshakes.exposed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class KeyScheduleTest {
    private static final Bytes NI = Bytes.ofHex("b9a2d0e922dc66dd");
    private static final Bytes NR = Bytes.ofHex("2130166863b5ddef");
    private static final Spi SPI = new Spi(0x12345678);
    private static final Bytes PROTOCOL_AND_SPI = Bytes.ofHex("0312345678");

    /// NIST CAVS 17.3, IKEv1 pre-shared keys, SHA-1, the first record.
    @Test
    void derivesAsNistDoes() {
        try (PhaseOneKeys keys = keys(HashAlgorithm.SHA1, PhaseOneCipher.AES_CBC, 128)) {
            assertEquals("62b04d112877e442fc3282fc37c076997718a0b9", exposed(keys.skeyid()).hex());
            assertEquals("369e5aad1bdb5faf6a3d929d500cdc236710a9ab", exposed(keys.skeyidD()).hex());
            assertEquals("588e957d8d790d093b3a39f121473473af78e9bb", exposed(keys.skeyidA()).hex());
            assertEquals("cd74b0c048219db81384d3fda8f6cda51e398a2b", exposed(keys.skeyidE()).hex());
            assertEquals("cd74b0c048219db81384d3fda8f6cda5", exposed(keys.cipherKey()).hex());
        }
    }

    /// RFC 2409 appendix B: Ka = K1 | K2 with K1 = prf(SKEYID_e, 0), K2 = prf(SKEYID_e, K1), where SKEYID_e is too short.
    @Test
    void expandsTheCipherKey() {
        try (PhaseOneKeys aes = keys(HashAlgorithm.SHA1, PhaseOneCipher.AES_CBC, 256);
                PhaseOneKeys tripleDes = keys(HashAlgorithm.MD5, PhaseOneCipher.TRIPLE_DES_CBC, 192)) {
            assertEquals(expanded(aes).slice(0, 32), exposed(aes.cipherKey()));
            assertEquals(expanded(tripleDes).slice(0, 24), exposed(tripleDes.cipherKey()));
        }
    }

    private static Bytes expanded(PhaseOneKeys keys) {
        Bytes first = keys.prf().of(keys.skeyidE(), Bytes.of((byte) 0));
        return Bytes.concat(first, keys.prf().of(keys.skeyidE(), first));
    }

    /// A PRF output that is as long as the key, or longer, is taken as it is.
    @Test
    void cutsTheCipherKey() {
        try (PhaseOneKeys exact = keys(HashAlgorithm.SHA256, PhaseOneCipher.AES_CBC, 256);
                PhaseOneKeys longer = keys(HashAlgorithm.SHA512, PhaseOneCipher.AES_CBC, 192)) {
            assertEquals(exposed(exact.skeyidE()), exposed(exact.cipherKey()));
            assertEquals(exposed(longer.skeyidE()).slice(0, 24), exposed(longer.cipherKey()));
        }
    }

    @Test
    void refusesKeySizesThatTheCipherHasNot() {
        assertThrows(IllegalArgumentException.class, () -> keys(HashAlgorithm.SHA1, PhaseOneCipher.AES_CBC, 160));
    }

    @Test
    void closingWipesAllKeys() {
        PhaseOneKeys keys = keys(HashAlgorithm.SHA1, PhaseOneCipher.AES_CBC, 128);
        keys.close();
        keys.close();
        assertThrows(IllegalStateException.class, keys.skeyidD()::length);
        assertThrows(IllegalStateException.class, keys.cipherKey()::length);
    }

    /// RFC 2409 section 5.5: KEYMAT = K1 | K2 | K3, each over the one before it, with g(qm)^xy in each.
    @Test
    void keymatWithPerfectForwardSecrecy() {
        try (PhaseOneKeys keys = keys(HashAlgorithm.SHA1, PhaseOneCipher.AES_CBC, 128);
                Secret shared = Secret.owning(Bytes.ofHex("00aabb").toArray());
                Secret keymat = PhaseTwoKeys.keymat(keys, Optional.of(shared), SecurityProtocol.ESP, SPI, NI, NR, 50);
                Secret without = PhaseTwoKeys.keymat(keys, Optional.empty(), SecurityProtocol.ESP, SPI, NI, NR, 50)) {
            Bytes rest = Bytes.concat(Bytes.ofHex("00aabb"), PROTOCOL_AND_SPI, NI, NR);
            Bytes k1 = keys.prf().of(keys.skeyidD(), rest);
            Bytes k2 = keys.prf().of(keys.skeyidD(), k1, rest);
            Bytes k3 = keys.prf().of(keys.skeyidD(), k2, rest);
            assertEquals(Bytes.concat(k1, k2, k3).slice(0, 50), exposed(keymat));
            assertEquals("00aabb", exposed(shared).hex());
            assertNotEquals(exposed(keymat), exposed(without));
        }
    }

    /// The protocol of AH is 2 (RFC 2407 section 4.4.1), not 51.
    @Test
    void keymatOfAh() {
        try (PhaseOneKeys keys = keys(HashAlgorithm.SHA256, PhaseOneCipher.AES_CBC, 128);
                Secret keymat = PhaseTwoKeys.keymat(keys, Optional.empty(), SecurityProtocol.AH, SPI, NI, NR, 32)) {
            assertEquals(keys.prf().of(keys.skeyidD(), Bytes.ofHex("0212345678"), NI, NR), exposed(keymat));
        }
    }

    /// RFC 2409 sections 5.5 and 5.7.
    @Test
    void hashesOfQuickMode() {
        try (PhaseOneKeys keys = keys(HashAlgorithm.SHA1, PhaseOneCipher.AES_CBC, 128)) {
            Bytes id = Bytes.ofHex("80000001");
            Bytes rest = Bytes.ofHex("0a00000501");
            assertEquals(keys.prf().of(keys.skeyidA(), Bytes.concat(id, rest)),
                    Authenticator.hash1(keys, 0x80000001, rest));
            assertEquals(keys.prf().of(keys.skeyidA(), Bytes.concat(id, NI, rest)),
                    Authenticator.hash2(keys, 0x80000001, NI, rest));
            assertEquals(keys.prf().of(keys.skeyidA(), Bytes.concat(Bytes.ofHex("00"), id, NI, NR)),
                    Authenticator.hash3(keys, 0x80000001, NI, NR));
        }
    }

    private static PhaseOneKeys keys(HashAlgorithm hash, PhaseOneCipher cipher, int keyBits) {
        var prf = new Prf(hash);
        Bytes xy = Bytes.ofHex("739003ba2c11c982946c65e26acf661fbf8ebb78011a9fead79efa12fe3e71cc");
        try (Secret preShared = Secret.owning(new byte[]{0x75}); Secret shared = Secret.owning(xy.toArray())) {
            return PhaseOneKeys.derive(prf, PhaseOneKeys.preSharedSkeyid(prf, preShared, NI, NR), shared,
                    new Cookie(0x83d374c30b3b5082L), new Cookie(0x5afc0da06c728029L), cipher, keyBits);
        }
    }
}
