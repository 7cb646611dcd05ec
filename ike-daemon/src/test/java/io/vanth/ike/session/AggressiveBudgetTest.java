package io.vanth.ike.session;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-22: what aggressive mode costs before anybody has shown that it exists.
class AggressiveBudgetTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static InetAddress address(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[]{10, 0, (byte) (number >> 8), (byte) number});
    }

    @Test
    void s22_one_source_has_twenty_atOnce_and_five_a_second() throws UnknownHostException {
        var budget = new AggressiveBudget();
        int atOnce = 0;
        for (int i = 0; i < 100; i++) {
            atOnce += budget.allows(address(1), START) ? 1 : 0;
        }
        assertEquals(20, atOnce);
        int later = 0;
        for (int ms = 1; ms <= 10_000; ms++) {
            later += budget.allows(address(1), START.plusMillis(ms)) ? 1 : 0;
        }
        assertEquals(50, later);
    }

    @Test
    void s22_many_sources_share_fifty_a_second_and_a_quiet_one_gets_in_afterwards() throws UnknownHostException {
        var budget = new AggressiveBudget();
        int allowed = 0;
        for (int i = 0; i < 20_000; i++) {
            allowed += budget.allows(address(i), START.plusNanos(i * 50_000L)) ? 1 : 0;
        }
        assertTrue(allowed >= 50 && allowed <= 71, allowed + " in one second");
        assertTrue(budget.allows(address(60_000), START.plus(Duration.ofSeconds(2))));
    }
}
