package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Integrity;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Integrity codes as the RFCs print them, truncated.
final class IntegrityVectorTest {
    private static final HexFormat HEX = HexFormat.of();

    /// RFC 2202 section 2 and RFC 2403, RFC 2202 section 3 and RFC 2404, RFC 4868 section 2.7.2 (AUTH256-1 to -3,
    /// AUTH384-1, AUTH512-1); SHA-256 at 96 bits is the start of the same.
    @ParameterizedTest
    @CsvSource({
            "HMAC_MD5_96, 0b, 4869205468657265, 9294727a3638bb1c13f48ef8",
            "HMAC_SHA1_96, 0b, 4869205468657265, b617318655057264e28bc0b6",
            "HMAC_SHA2_256_128, 0b, 4869205468657265, 198a607eb44bfbc69903a0f1cf2bbdc5",
            "HMAC_SHA2_256_128, 4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
                    + "167f928588c5cc2eef8e3093caa0e87c",
            "HMAC_SHA2_256_96, 4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
                    + "167f928588c5cc2eef8e3093",
            "HMAC_SHA2_384_192, 0b, 4869205468657265, b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973",
            "HMAC_SHA2_512_256, 0b, 4869205468657265,"
                    + "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8",
    })
    void hmacsAreThoseOfTheRfcs(Integrity integrity, String keyPattern, String data, String icv) throws Exception {
        byte[] pattern = HEX.parseHex(keyPattern);
        byte[] key = new byte[integrity.keyBytes()];
        for (int index = 0; index < key.length; index++) {
            key[index] = pattern[index % pattern.length];
        }
        assertCode(integrity, key, HEX.parseHex(data), icv);
    }

    /// RFC 3566 section 4.1, cases 1 to 7: no byte, part of a block, whole blocks and more.
    @ParameterizedTest
    @CsvSource({
            "0, 75f0251d528ac01c4573dfd5",
            "3, 5b376580ae2f19afe7219cee",
            "16, d2a246fa349b68a79998a439",
            "20, 47f51b4564966215b8985c63",
            "32, f54f0ec8d2b9f3d36807734b",
            "34, becbb3bccdb518a30677d548",
    })
    void xcbcIsThatOfRfc3566(int length, String icv) throws Exception {
        assertCode(Integrity.AES_XCBC_96, counting(16), counting(length), icv);
    }

    /// RFC 3566 section 4.1, case 7.
    @Test
    void xcbcOfAThousandZeros() throws Exception {
        assertCode(Integrity.AES_XCBC_96, counting(16), new byte[1000], "f0dafee895db30253761103b");
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++) {
            bytes[index] = (byte) index;
        }
        return bytes;
    }

    /// Whole, and in two pieces cut everywhere; and a wrong one is refused.
    private static void assertCode(Integrity integrity, byte[] key, byte[] data, String icv) throws Exception {
        IntegrityCode code = IntegrityCode.of(integrity, false, key);
        byte[] given = HEX.parseHex(icv);
        assertEquals(given.length, code.icvBytes());
        for (int cut = 0; cut <= data.length; cut++) {
            code.update(data, 0, cut);
            code.update(data, cut, data.length - cut);
            byte[] made = new byte[code.icvBytes()];
            code.write(0, made, 0);
            assertEquals(icv, HEX.formatHex(made), "cut at " + cut);
        }
        code.update(data, 0, data.length);
        assertTrue(code.matches(0, given, 0));
        given[given.length - 1] ^= 1;
        code.update(data, 0, data.length);
        assertFalse(code.matches(0, given, 0));
    }
}
