package io.vanth.ike.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// What is left on the heap after a collection.
final class Heap {
    static final long MEBIBYTE = 1 << 20;
    private static final int COLLECTIONS = 3;

    private Heap() {}

    static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
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
