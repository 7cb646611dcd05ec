package io.vanth.dataplane.userspace.spd;

import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Many policies one after the other.
final class PolicyGrowthTest {
    private static final int MANY = 20_000;
    private static final int ADDED = 100;
    /// Two pages of places, two lists of pages and the rule itself.
    private static final long BYTES_EACH = 10_000;

    /// What adding one costs does not follow from how many are there: none of the tables is copied whole.
    @Test
    void onePolicyMoreCostsLittleAmongMany() throws Exception {
        PolicyDatabase many = new LookupTables(MANY).policies(1);
        LookupTables few = new LookupTables(ADDED);
        few.addTo(many, "warm up ");
        Object threads = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        long before = (long) bytes.invoke(threads);
        PolicyDatabase more = few.addTo(many, "one more ");
        long allocated = ((long) bytes.invoke(threads) - before) / ADDED;
        assertTrue(allocated < BYTES_EACH, allocated + " bytes for each");
        assertEquals(MANY, many.rules().size());
        assertEquals(MANY + ADDED, more.rules().size());
    }
}
