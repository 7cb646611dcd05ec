package io.vanth.dataplane;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({"10.1.2.3/16, 10.1.0.0/16, 16", "10.1.0.0-10.1.255.255, 10.1.0.0/16, 16", "10.1.0.1, 10.1.0.1/32, 32",
            "10.1.0.1-10.1.0.9, 10.1.0.1-10.1.0.9, -1", "0.0.0.0/0, 0.0.0.0/0, 0",
            "fd00:1::7/32, fd00:1:0:0:0:0:0:0/32, 32", "::/0, 0:0:0:0:0:0:0:0/0, 0"})
    void allFormsAreRead(String text, String range, int prefixLength) {
        assertEquals(range, AddressRange.parse(text).toString());
        assertEquals(prefixLength, AddressRange.parse(text).prefixLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.1.0.0/33", "10.1.0.9-10.1.0.1", "10.1.0.1-fd00::1", "example.org", "10.1.0.0/x"})
    void whatIsNoRangeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
    }

    /// RFC 4291 section 2.5.5.2: `::ffff:0:0/96` is IPv6, although Java's own reading of such bytes is IPv4.
    @Test
    void rangesReachIntoMappedAddresses() {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        AddressRange range = AddressRange.parse("::/80");
        assertEquals(80, range.prefixLength());
        assertTrue(range.contains(AddressRange.address(mapped)));
        assertEquals(120, AddressRange.parse("::-::ff").prefixLength());
    }

    @Test
    void bothEndsAreIncluded() {
        AddressRange range = AddressRange.parse("10.1.0.1-10.1.0.9");
        assertTrue(range.contains(AddressRange.parse("10.1.0.1")));
        assertTrue(range.contains(AddressRange.parse("10.1.0.9")));
        assertFalse(range.contains(AddressRange.parse("10.1.0.10")));
        assertFalse(range.contains(AddressRange.parse("10.1.0.9-10.1.0.10")));
        assertFalse(range.contains(AddressRange.parse("::a01:1")));
    }
}
