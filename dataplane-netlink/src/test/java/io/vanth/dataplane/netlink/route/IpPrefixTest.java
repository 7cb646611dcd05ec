package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.AddressRange;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class IpPrefixTest {
    @ParameterizedTest
    @CsvSource({"10.1.0.0/16, 10.1.0.0/16", "0.0.0.0/0, 0.0.0.0/0", "::/0, 0:0:0:0:0:0:0:0/0",
            "10.0.0.1, 10.0.0.1/32", "10.0.0.1-10.0.0.6, 10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32",
            "0.0.0.0-127.255.255.255, 0.0.0.0/1", "255.255.255.254-255.255.255.255, 255.255.255.254/31",
            "fd00::1-fd00::4, fd00:0:0:0:0:0:0:1/128 fd00:0:0:0:0:0:0:2/127 fd00:0:0:0:0:0:0:4/128"})
    void aRangeIsCoveredExactly(String range, String prefixes) {
        List<String> covering = IpPrefix.covering(AddressRange.parse(range)).stream().map(IpPrefix::toString).toList();
        assertEquals(List.of(prefixes.split(" ")), covering);
    }

    @Test
    void theWorstRangeTakesSixtyTwoPrefixes() {
        assertEquals(62, IpPrefix.covering(AddressRange.parse("0.0.0.1-255.255.255.254")).size());
    }

    @Test
    void hostBitsAreRefused() throws Exception {
        InetAddress address = InetAddress.getByAddress(new byte[]{10, 0, 0, 1});
        assertThrows(IllegalArgumentException.class, () -> new IpPrefix(address, 24));
    }
}
