package io.vanth.ike.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// What is left on the heap after a collection.
final class Heap {
    static final long MEBIBYTE = 1 << 20;
    /// The serial collector leaves what is dead where it is, up to a part of the heap, but for every fourth time
    /// (MarkSweepAlwaysCompactCount).
    private static final int COLLECTIONS = 4;

    private Heap() {}

    static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    /// At most a mebibyte more than before.
    static void assertFlat(long before) {
        assertGrowth(before, MEBIBYTE);
    }

    static void assertGrowth(long before, long most) {
        long more = used() - before;
        assertTrue(more <= most, more + " bytes more on the heap");
    }
}
