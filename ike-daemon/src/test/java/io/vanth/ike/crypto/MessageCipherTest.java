package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MessageCipherTest {
    /// RFC 3602 section 4, cases 1 and 2.
    @ParameterizedTest
    @CsvSource({
            "06a9214036b8a15b512e03d534120006,3dafba429d9eb430b422da802c9fac41,"
                    + "53696e676c6520626c6f636b206d7367,e353779c1079aeb82708942dbe77181a",
            "c286696d887c9aa0611bbb3e2025a45a,562e17996d093d28ddb3ba695a2e6f58,"
                    + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f,"
                    + "d296cd94c2cccf8a3a863028b5e1dc0a7586602d253cfff91b8266bea6d61ab1"})
    void isAesInCbcMode(String key, String iv, String plaintext, String ciphertext) {
        try (Secret secret = secret(key)) {
            var cipher = new MessageCipher(PhaseOneCipher.AES_CBC, secret);
            assertEquals(ciphertext, cipher.encrypt(Bytes.ofHex(iv), Bytes.ofHex(plaintext)).hex());
            assertEquals(plaintext, cipher.decrypt(Bytes.ofHex(iv), Bytes.ofHex(ciphertext)).hex());
        }
    }

    /// NIST SP 800-67 appendix B, "The qufck brown fox jump": three blocks in ECB mode, so each is one with an IV of zero.
    @ParameterizedTest
    @CsvSource({"5468652071756663,a826fd8ce53b855f", "6b2062726f776e20,cce21c8112256fe6",
            "666f78206a756d70,68d5c05dd9b6b900"})
    void isTripleDes(String plaintext, String ciphertext) {
        try (Secret secret = secret("0123456789abcdef23456789abcdef01456789abcdef0123")) {
            var cipher = new MessageCipher(PhaseOneCipher.TRIPLE_DES_CBC, secret);
            assertEquals(ciphertext, cipher.encrypt(Bytes.of(new byte[8]), Bytes.ofHex(plaintext)).hex());
            assertEquals(plaintext, cipher.decrypt(Bytes.of(new byte[8]), Bytes.ofHex(ciphertext)).hex());
        }
    }

    /// DES: FIPS 81 appendix C, table C2. Blowfish: its author's vector for CBC. CAST-128: RFC 2144 appendix B.1. Camellia: RFC
    /// 3713 appendix A. Single blocks have an IV of zero.
    @ParameterizedTest
    @CsvSource({"DES_CBC,0123456789abcdef,1234567890abcdef,4e6f77206973207468652074696d6520666f7220616c6c20,"
            + "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6",
            "BLOWFISH_CBC,0123456789abcdeff0e1d2c3b4a59687,fedcba9876543210,"
                    + "37363534333231204e6f77206973207468652074696d6520666f722000000000,"
                    + "6b77b4d63006dee605b156e27403979358deb9e7154616d959f1652bd5ff92cc",
            "CAST_CBC,0123456712345678234567893456789a,0000000000000000,0123456789abcdef,238b4fe5847e44b2",
            "CAST_CBC,01234567123456782345,0000000000000000,0123456789abcdef,eb6a711a2c02271b",
            "CAST_CBC,0123456712,0000000000000000,0123456789abcdef,7ac816d16e9b302e",
            "CAMELLIA_CBC,0123456789abcdeffedcba9876543210,00000000000000000000000000000000,"
                    + "0123456789abcdeffedcba9876543210,67673138549669730857065648eabe43",
            "CAMELLIA_CBC,0123456789abcdeffedcba98765432100011223344556677,00000000000000000000000000000000,"
                    + "0123456789abcdeffedcba9876543210,b4993401b3e996f84ee5cee7d79b09b9",
            "CAMELLIA_CBC,0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff,"
                    + "00000000000000000000000000000000,0123456789abcdeffedcba9876543210,"
                    + "9acc237dff16d76c20ef7c919e3a7509"})
    void isWhatItsStandardSays(PhaseOneCipher cipher, String key, String iv, String plaintext, String ciphertext) {
        try (Secret secret = secret(key)) {
            var message = new MessageCipher(cipher, secret);
            assertEquals(ciphertext, message.encrypt(Bytes.ofHex(iv), Bytes.ofHex(plaintext)).hex());
            assertEquals(plaintext, message.decrypt(Bytes.ofHex(iv), Bytes.ofHex(ciphertext)).hex());
        }
    }

    @ParameterizedTest
    @EnumSource(PhaseOneCipher.class)
    void everyKeyLengthWorksOverSeveralBlocks(PhaseOneCipher cipher) {
        Bytes iv = Bytes.of(new byte[cipher.blockBytes()]);
        Bytes plaintext = Bytes.ofHex("a5".repeat(5 * cipher.blockBytes()));
        for (int bits : cipher.keyBits()) {
            try (Secret secret = secret("5a".repeat(bits / 8))) {
                var message = new MessageCipher(cipher, secret);
                Bytes ciphertext = message.encrypt(iv, plaintext);
                assertEquals(plaintext, message.decrypt(iv, ciphertext));
                // Equal blocks look different: they are chained.
                assertNotEquals(ciphertext.slice(0, cipher.blockBytes()),
                        ciphertext.slice(cipher.blockBytes(), cipher.blockBytes()));
            }
        }
    }

    @Test
    void padsWithZerosToABlock() {
        try (Secret secret = secret("00".repeat(32))) {
            var cipher = new MessageCipher(PhaseOneCipher.AES_CBC, secret);
            Bytes iv = Bytes.of(new byte[16]);
            Bytes ciphertext = cipher.encrypt(iv, Bytes.ofHex("ff".repeat(17)));
            assertEquals("ff".repeat(17) + "00".repeat(15), cipher.decrypt(iv, ciphertext).hex());
            assertEquals(ciphertext.from(16), cipher.lastBlock(ciphertext));
            assertEquals(16, cipher.encrypt(iv, Bytes.of(new byte[16])).length());
        }
    }

    @Test
    void knowsWholeBlocks() {
        try (Secret secret = secret("00".repeat(16))) {
            var cipher = new MessageCipher(PhaseOneCipher.AES_CBC, secret);
            assertFalse(cipher.aligned(Bytes.EMPTY));
            assertFalse(cipher.aligned(Bytes.of(new byte[15])));
            assertFalse(cipher.aligned(Bytes.of(new byte[17])));
            assertTrue(cipher.aligned(Bytes.of(new byte[32])));
        }
    }

    private static Secret secret(String hex) {
        return Secret.owning(Bytes.ofHex(hex).toArray());
    }
}
