package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Ciphertexts that standards print. The engine chooses its IVs itself, so they are decrypted here; that it encrypts
/// what it decrypts is shown by [EspRoundTripTest].
final class PacketCipherVectorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int HEADROOM = EspOpener.HEADROOM;

    /// One line per standard:
    /// - RFC 2410 section 2.
    /// - FIPS 81 table C1, DES in CBC mode.
    /// - NIST's multi-block message test of TDES in CBC mode, counts 0 and 1.
    /// - B. Schneier's Blowfish vectors (to which RFC 2451 section 6 points), CBC mode.
    /// - RFC 2144 appendix B.1: one block of CAST-128, which is CBC with a zero IV.
    /// - RFC 3713 appendix A: one block of Camellia with keys of 128, 192 and 256 bits.
    /// - NIST SP 800-38A sections F.2.1, F.2.3 and F.2.5: AES in CBC mode.
    /// - RFC 3686 section 6, test vectors 1, 3, 6 and 9: AES in counter mode, key and nonce.
    @ParameterizedTest
    @CsvSource({
            "NULL, '', '', 54686520717569636b2062726f776e, 54686520717569636b2062726f776e",
            "DES_CBC, 0123456789abcdef, 1234567890abcdef, 4e6f77206973207468652074696d6520666f7220616c6c20,"
                    + "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6",
            "TRIPLE_DES_CBC, 627f460e08104a1043cd265d5840eaf1313edf97df2a8a8c, 8e29f75ea77e5475,"
                    + "326a494cd33fe756, b22b8d66de970692",
            "BLOWFISH_CBC, 0123456789abcdeff0e1d2c3b4a59687, fedcba9876543210,"
                    + "37363534333231204e6f77206973207468652074696d6520666f722000000000,"
                    + "6b77b4d63006dee605b156e27403979358deb9e7154616d959f1652bd5ff92cc",
            "CAST_CBC, 0123456712345678234567893456789a, 0000000000000000, 0123456789abcdef, 238b4fe5847e44b2",
            "CAMELLIA_CBC, 0123456789abcdeffedcba9876543210, 00000000000000000000000000000000,"
                    + "0123456789abcdeffedcba9876543210, 67673138549669730857065648eabe43",
            "CAMELLIA_CBC, 0123456789abcdeffedcba98765432100011223344556677, 00000000000000000000000000000000,"
                    + "0123456789abcdeffedcba9876543210, b4993401b3e996f84ee5cee7d79b09b9",
            "CAMELLIA_CBC, 0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff,"
                    + "00000000000000000000000000000000,"
                    + "0123456789abcdeffedcba9876543210, 9acc237dff16d76c20ef7c919e3a7509",
            "AES_CBC, 2b7e151628aed2a6abf7158809cf4f3c, 000102030405060708090a0b0c0d0e0f,"
                    + "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51,"
                    + "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2",
            "AES_CBC, 8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b, 000102030405060708090a0b0c0d0e0f,"
                    + "6bc1bee22e409f96e93d7e117393172a, 4f021db243bc633d7178183a9fa071e8",
            "AES_CBC, 603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4,"
                    + "000102030405060708090a0b0c0d0e0f,"
                    + "6bc1bee22e409f96e93d7e117393172a, f58c4c04d6e5f1ba779eabfb5f7bfbd6",
            "AES_CTR, ae6852f8121067cc4bf7a5765577f39e00000030, 0000000000000000,"
                    + "53696e676c6520626c6f636b206d7367, e4095d4fb7a7b3792d6175a3261311b8",
            "AES_CTR, 7691be035e5020a8ac6e618529f9a0dc00e0017b, 27777f3f4a1786f0,"
                    + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223,"
                    + "c1cf48a89f2ffdd9cf4652e9efdb72d74540a42bde6d7836d59a5ceaaef3105325b2072f",
    })
    void decryptsWhatStandardsPrint(Cipher cipher, String key, String iv, String plain, String encrypted)
            throws Exception {
        int keyBits = (key.length() / 2 - cipher.saltBytes()) * Byte.SIZE;
        EspTransform transform = EspTransform.of(cipher, keyBits, Integrity.HMAC_SHA1_96);
        PacketCipher decryption = PacketCipher.decrypting(transform, HEX.parseHex(key));
        byte[] in = HEX.parseHex(iv + encrypted);
        byte[] out = new byte[HEADROOM + in.length];
        for (int again = 0; again < 2; again++) {
            Arrays.fill(out, (byte) 0);
            decryption.decrypt(in, 0, encrypted.length() / 2, out, HEADROOM);
            assertEquals(plain, HEX.formatHex(out, HEADROOM, HEADROOM + plain.length() / 2));
        }
    }
}
