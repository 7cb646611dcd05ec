package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Which bypass policies go by rules.
final class BypassOrderTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final Policy NAMES = bypass("names", UDP, 53, 53);

    private final BypassOrder order = new BypassOrder();

    private static Policy bypass(String name, int protocol, int from, int to) {
        return policy(name, 2, protocol, from, to, new Policy.Bypass());
    }

    private static Policy protect(String name, int place, int protocol, int from, int to) {
        return policy(name, place, protocol, from, to, Policy.Protect.espTunnel(new SaGroup(1), true));
    }

    private static Policy policy(String name, int place, int protocol, int from, int to, Policy.Action action) {
        return new Policy(name, place, new TrafficPair(TrafficSelector.parse("10.1.0.0/16"),
                new TrafficSelector(AddressRange.parse("0.0.0.0/0"), protocol, from, to)), action);
    }

    /// By the way through the TUN device it would come out untranslated, past the host's own rules.
    @Test
    void aPolicyForOtherPacketsBeforeItTakesNothingFromABypass() {
        order.add(protect("web", 1, TCP, 443, 443));
        order.add(protect("time", 1, UDP, 123, 123));
        order.add(NAMES);
        order.add(protect("rest", 3, 0, 0, TrafficSelector.MAX_PORT));
        order.add(protect("also", 1, UDP, 54, 60));
        assertEquals(List.of(), order.misled());
        assertTrue(order.isFirst(NAMES));
    }

    @Test
    void oneForSomeOfItsPacketsDoes() {
        order.add(NAMES);
        for (Policy before : List.of(protect("udp", 1, UDP, 0, TrafficSelector.MAX_PORT),
                protect("low", 1, UDP, 50, 53), protect("all", 1, 0, 0, TrafficSelector.MAX_PORT))) {
            order.add(before);
            assertLed(false);
            order.remove(before);
            assertLed(true);
        }
    }

    private void assertLed(boolean first) {
        assertEquals(List.of(NAMES), order.misled());
        assertEquals(first, order.isFirst(NAMES));
        order.led(NAMES);
        assertEquals(List.of(), order.misled());
    }

    /// A kernel that refuses is asked again with the next change.
    @Test
    void whatWasNotLedStaysToBeLed() {
        Policy before = protect("all", 1, 0, 0, TrafficSelector.MAX_PORT);
        order.add(NAMES);
        order.add(before);
        order.led(NAMES);
        order.remove(before);
        order.remove(before);
        order.add(bypass("other", UDP, 99, 99));
        assertEquals(List.of(NAMES), order.misled());
        order.remove(NAMES);
        assertEquals(List.of(), order.misled());
    }
}
