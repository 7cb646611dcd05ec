package io.vanth.dataplane.userspace.wire;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// RFC 1071.
final class InternetChecksumTest {
    /// The example of RFC 1071 section 3.
    @Test
    void sumsTheExampleOfTheRfc() {
        byte[] data = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertEquals(0xDDF2, InternetChecksum.fold(InternetChecksum.sum(data, 0, data.length)));
    }

    @Test
    void agreesWithTheDefinitionAtEveryLengthAndPlace() {
        Random random = new Random(7);
        byte[] data = new byte[1600];
        random.nextBytes(data);
        Arrays.fill(data, 100, 400, (byte) 0xFF);
        for (int length = 0; length < 1500; length++) {
            int offset = length % 64;
            assertEquals(definition(data, offset, length),
                    InternetChecksum.fold(InternetChecksum.sum(data, offset, length)), "length " + length);
        }
    }

    @Test
    void provesAHeaderOfRfc3602Case7() {
        byte[] header = HexFormat.of().parseHex("45000054090400004001f988c0a87b03c0a87bc8");
        assertTrue(InternetChecksum.isIntact(InternetChecksum.sum(header, 0, header.length)));
    }

    private static int definition(byte[] data, int offset, int length) {
        int sum = 0;
        for (int index = 0; index < length; index++) {
            int value = Byte.toUnsignedInt(data[offset + index]);
            sum += index % 2 == 0 ? value << 8 : value;
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }
}
