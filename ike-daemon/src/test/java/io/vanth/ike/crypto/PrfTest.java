package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PrfTest {
    /// The second test case ("Jefe") of RFC 2202 sections 2 and 3, and of RFC 4231 section 4.3.
    @ParameterizedTest
    @CsvSource({"MD5,750c783e6ab0b503eaa86e310a5db738", "SHA1,effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
            "SHA256,5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "SHA384,af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            "SHA512,164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a3"
                    + "4d4a6b4b636e070a38bce737"})
    void isHmac(HashAlgorithm hash, String expected) {
        try (Secret key = Secret.owning(ascii("Jefe").toArray())) {
            assertEquals(Bytes.ofHex(expected),
                    new Prf(hash).of(key, ascii("what do ya want "), ascii("for nothing?")));
            assertEquals(hash.length(), new Prf(hash).of(key).length());
        }
    }

    /// HMAC pads keys with zeros (RFC 2104 section 2), so an empty key is as good as one of zeros.
    @Test
    void anEmptyKeyIsAKey() {
        try (Secret empty = Secret.owning(new byte[0]); Secret zeros = Secret.owning(new byte[7])) {
            Bytes data = ascii("data");
            assertEquals(new Prf(HashAlgorithm.SHA256).of(zeros, data), new Prf(HashAlgorithm.SHA256).of(empty, data));
        }
    }

    /// FIPS 180-4's example "abc".
    @Test
    void digests() {
        assertEquals("a9993e364706816aba3e25717850c26c9cd0d89d",
                new Prf(HashAlgorithm.SHA1).digest(ascii("a"), ascii("bc")).hex());
    }

    @Test
    void hashesMatchOnlyWhenAllOfThemIsEqual() {
        Bytes hash = Bytes.ofHex("00112233");
        assertTrue(Authenticator.matches(hash, Bytes.ofHex("00112233")));
        assertFalse(Authenticator.matches(hash, Bytes.ofHex("00112234")));
        assertFalse(Authenticator.matches(hash, Bytes.ofHex("001122")));
        assertFalse(Authenticator.matches(hash, Bytes.ofHex("0011223300")));
        assertFalse(Authenticator.matches(hash, Bytes.EMPTY));
    }

    private static Bytes ascii(String text) {
        return Bytes.owning(text.getBytes(StandardCharsets.US_ASCII));
    }
}
