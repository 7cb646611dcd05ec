package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DesKeysTest {
    /// The weak and semi-weak keys of RFC 2409 appendix A, and two of them with other parity bits.
    @ParameterizedTest
    @ValueSource(strings = {"0101010101010101", "1f1f1f1f0e0e0e0e", "e0e0e0e0f1f1f1f1", "fefefefefefefefe",
            "01fe01fe01fe01fe", "1fe01fe00ef10ef1", "01e001e001f101f1", "1ffe1ffe0efe0efe", "011f011f010e010e",
            "e0fee0fef1fef1fe", "fe01fe01fe01fe01", "e01fe01ff10ef10e", "e001e001f101f101", "fe1ffe1ffe0efe0e",
            "1f011f010e010e01", "fee0fee0fef1fef1", "0000000000000000", "ffffffffffffffff"})
    void weakKeysAreKnown(String key) {
        assertTrue(DesKeys.isWeak(Bytes.ofHex(key).toArray()));
    }

    /// "The first eight (8) non-weak and non-semi-weak bytes of SKEYID_e", RFC 2409 appendix B.
    @Test
    void weakPartsOfTheMaterialAreSkipped() {
        assertKey("0123456789abcdef", "0123456789abcdef" + "1122334455667788" + "00000000");
        assertKey("1122334455667788", "0101010101010101" + "1122334455667788" + "00000000");
        assertFalse(DesKeys.isWeak(Bytes.ofHex("0123456789abcdef").toArray()));
    }

    private static void assertKey(String expected, String material) {
        try (Secret skeyid = Secret.owning(Bytes.ofHex(material).toArray());
                Secret key = DesKeys.firstStrong(skeyid)) {
            assertEquals(expected, Bytes.owning(key.expose(byte[]::clone)).hex());
        }
    }
}
