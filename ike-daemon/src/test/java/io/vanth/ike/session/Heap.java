package io.vanth.ike.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// What is left on the heap after a collection.
final class Heap {
    private static final long MEBIBYTE = 1 << 20;
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
        long more = used() - before;
        assertTrue(more <= MEBIBYTE, more + " bytes more on the heap");
    }
}
