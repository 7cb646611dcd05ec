package io.vanth.dataplane;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TrafficSelectorTest {
    /// What an operator reads of it in lists and explanations.
    @ParameterizedTest
    @CsvSource({"10.1.0.0/24, 0, 0, 65535, 10.1.0.0/24", "10.1.0.0/24, 6, 110, 110, 10.1.0.0/24[6/110]",
            "10.1.0.0/24, 1, 2048, 2303, 10.1.0.0/24[icmp type 8]",
            "10.1.0.0/24, 1, 771, 771, 10.1.0.0/24[icmp type 3 code 3]",
            "2001:db8::/64, 58, 32768, 33023, 2001:db8:0:0:0:0:0:0/64[icmpv6 type 128]",
            "10.1.0.0/24, 1, 0, 65535, 10.1.0.0/24[1]", "10.1.0.0/24, 1, 2048, 2049, 10.1.0.0/24[1/2048-2049]"})
    void isWrittenAsPeopleCallIt(String network, int protocol, int first, int last, String text) {
        assertEquals(text, new TrafficSelector(AddressRange.parse(network), protocol, first, last).toString());
    }
}
