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
            ReplayWindow window = new ReplayWindow(size);
            assertTrue(window.mark((int) head));
            assertFalse(window.accepts((int) head), "the head itself");
            assertTrue(window.accepts((int) (head - size + 1)), "W-1 left of the head");
            assertFalse(window.accepts((int) (head - size)), "W left of the head");
            assertFalse(window.accepts(0), "0 is never sent");
            assertFalse(window.mark((int) (head - size + 1)), "not the highest");
            assertFalse(window.accepts((int) (head - size + 1)));
        }
    }

    @Test
    void goesOverTheSignOfAnInt() {
        ReplayWindow window = new ReplayWindow(64);
        window.mark(0x7FFF_FFFF);
        assertTrue(window.accepts(0x8000_0000));
        assertTrue(window.mark(0x8000_0000));
        assertFalse(window.accepts(0x7FFF_FFFF));
        assertTrue(window.accepts(0x7FFF_FFFE));
        assertTrue(window.accepts(0xFFFF_FFFF));
    }

    /// Against a set of all numbers ever seen.
    @ParameterizedTest
    @ValueSource(ints = {32, 64, 100, 1024, 4096})
    void agreesWithASetThatForgetsNothing(int size) {
        Random random = new Random(size);
        ReplayWindow window = new ReplayWindow(size);
        Set<Long> seen = new HashSet<>();
        long highest = 0;
        for (int round = 0; round < 50_000; round++) {
            long jump = random.nextInt(100) == 0 ? random.nextInt(20_000) : random.nextInt(2 * size) - size;
            long number = Math.max(1, highest + jump);
            boolean expected = number > highest || highest - number < size && !seen.contains(number);
            assertEquals(expected, window.accepts((int) number), "number " + number + " at " + highest);
            if (expected) {
                assertEquals(number > highest, window.mark((int) number));
                seen.add(number);
                highest = Math.max(highest, number);
            }
        }
    }

    @Test
    void acceptsEverythingWhenOff() {
        ReplayWindow window = new ReplayWindow(0);
        window.mark(7);
        assertTrue(window.accepts(7));
        assertTrue(window.accepts(0));
    }

    @Test
    void refusesSizesThatItCannotDo() {
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(16));
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(4097));
    }
}
