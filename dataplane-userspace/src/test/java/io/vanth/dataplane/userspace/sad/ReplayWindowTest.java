package io.vanth.dataplane.userspace.sad;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The edges of the replay window: security requirement S-24, RFC 4303 section 3.4.3.
final class ReplayWindowTest {
    @ParameterizedTest
    @ValueSource(ints = {32, 64, 65, 127, 1024, 4096})
    void acceptsTheWindowAndNothingLeftOfIt(int size) {
        for (long head : new long[]{5000, 0x8000_0000L, 0xFFFF_FFFFL}) {
            ReplayWindow window = new ReplayWindow(size, false);
            assertTrue(window.mark(head));
            assertFalse(window.accepts(head), "the head itself");
            assertTrue(window.accepts(head - size + 1), "W-1 left of the head");
            assertFalse(window.accepts(head - size), "W left of the head");
            assertFalse(window.accepts(0), "0 is never sent");
            assertFalse(window.mark(head - size + 1), "not the highest");
            assertFalse(window.accepts(head - size + 1));
        }
    }

    @Test
    void goesOverTheSignOfAnInt() {
        ReplayWindow window = new ReplayWindow(64, false);
        window.mark(0x7FFF_FFFFL);
        assertTrue(window.accepts(0x8000_0000L));
        assertTrue(window.mark(0x8000_0000L));
        assertFalse(window.accepts(0x7FFF_FFFFL));
        assertTrue(window.accepts(0x7FFF_FFFEL));
        assertTrue(window.accepts(0xFFFF_FFFFL));
    }

    /// Against a set of all numbers ever seen.
    @ParameterizedTest
    @ValueSource(ints = {32, 64, 100, 1024, 4096})
    void agreesWithASetThatForgetsNothing(int size) {
        Random random = new Random(size);
        ReplayWindow window = new ReplayWindow(size, false);
        Set<Long> seen = new HashSet<>();
        long highest = 0;
        for (int round = 0; round < 50_000; round++) {
            long jump = random.nextInt(100) == 0 ? random.nextInt(20_000) : random.nextInt(2 * size) - size;
            long number = Math.max(1, highest + jump);
            boolean expected = number > highest || highest - number < size && !seen.contains(number);
            assertEquals(expected, window.accepts(number), "number " + number + " at " + highest);
            if (expected) {
                assertEquals(number > highest, window.mark(number));
                seen.add(number);
                highest = Math.max(highest, number);
            }
        }
    }

    @Test
    void acceptsEverythingWhenOff() {
        ReplayWindow window = new ReplayWindow(0, false);
        window.mark(7);
        assertTrue(window.accepts(7));
        assertTrue(window.accepts(0));
    }

    @Test
    void refusesSizesThatItCannotDo() {
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(16, false));
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(4097, false));
    }

    /// RFC 4303 appendix A2: a packet tells the low half, the window the high one. Packets come in any order inside of the
    /// window, over several turns of the low half.
    @ParameterizedTest
    @ValueSource(ints = {32, 64, 1024, 4096})
    void findsTheHighHalfOfExtendedNumbers(int size) {
        Random random = new Random(size);
        ReplayWindow window = new ReplayWindow(size, true);
        Set<Long> seen = new HashSet<>(Set.of(1L));
        long highest = 1;
        window.mark(1);
        for (int round = 0; round < 20_000; round++) {
            long jump = random.nextInt(50) == 0
                    ? random.nextLong(0xFFFF_FFFFL - size)
                    : random.nextInt(2 * size) - size + 1;
            long number = Math.max(1, highest + jump);
            long whole = window.whole((int) number);
            assertEquals(number, whole, "number " + number + " at " + highest);
            boolean first = seen.add(number);
            assertEquals(first, window.accepts(whole), "number " + number + " at " + highest);
            if (first) {
                assertEquals(number > highest, window.mark(whole));
                assertFalse(window.accepts(window.whole((int) number)), "again");
                highest = Math.max(highest, number);
            }
        }
        assertTrue(highest > 0xFFFF_FFFFL * 20, "many turns");
    }

    @Test
    void takesNothingFromBeforeTheFirstTurn() {
        ReplayWindow window = new ReplayWindow(64, true);
        window.mark(5);
        assertFalse(window.accepts(window.whole(-1)), "would be from before the SA");
        assertEquals(-1, window.whole(-1));
    }

    @Test
    void leavesOrdinaryNumbersAlone() {
        ReplayWindow window = new ReplayWindow(64, false);
        window.mark(0xFFFF_FFFFL);
        assertEquals(3, window.whole(3));
    }
}
