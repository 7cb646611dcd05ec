package io.vanth.dataplane.netlink.xfrm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/// Sequence numbers of an SA that is put in again.
class ReplayStateTest {
    private static final int ALL = -1;

    private static byte[] words(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        Arrays.stream(values).forEach(bytes::putInt);
        return bytes.array();
    }

    @Test
    void aSenderDoesNotUseANumberTwice() {
        assertArrayEquals(words(7 + 65_536, 0, 0), ReplayState.ahead(words(7, 0, 0), false, false, true));
        assertArrayEquals(words(2, 7 + 65_536, 9, 0, 3, 64, 5, 6),
                ReplayState.ahead(words(2, 7, 9, 0, 3, 64, 5, 6), true, true, true));
    }

    @Test
    void theHighHalfFollows() {
        assertArrayEquals(words(2, 65_535, 0, 5, 0, 64, 0, 0),
                ReplayState.ahead(words(2, -1, 0, 4, 0, 64, 0, 0), true, true, true));
        assertArrayEquals(words(2, 0, 63, 0, 5, 64, ALL, ALL),
                ReplayState.ahead(words(2, 0, -1, 0, 4, 64, 0, 0), true, true, false));
    }

    /// After the last one the kernel sends no more; it does not begin again.
    @Test
    void numbersOf32BitsStopAtTheirEnd() {
        assertArrayEquals(words(2, -1, 0, 0, 0, 64, 0, 0),
                ReplayState.ahead(words(2, -9, 0, 0, 0, 64, 0, 0), true, false, true));
        assertArrayEquals(words(-1, 0, 0), ReplayState.ahead(words(-65_536, 0, 0), false, false, true));
    }

    @Test
    void aReceiverTakesNothingThatItMayHaveTaken() {
        assertArrayEquals(words(0, 9 + 64, ALL), ReplayState.ahead(words(0, 9, 1), false, false, false));
        assertArrayEquals(words(2, 4, 9 + 64, 0, 0, 64, ALL, ALL),
                ReplayState.ahead(words(2, 4, 9, 0, 0, 64, 1, 0), true, false, false));
    }

    @Test
    void whoChecksNothingKeepsNothing() {
        assertArrayEquals(words(0, 4, 9, 0, 0, 0), ReplayState.ahead(words(0, 4, 9, 0, 0, 0), true, false, false));
        assertEquals(65_536, ReplayState.SENT_AHEAD);
    }
}
