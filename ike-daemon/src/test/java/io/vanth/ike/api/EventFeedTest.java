package io.vanth.ike.api;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.runtime.SteadyClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EventFeedTest {
    private static final int MOST = 4;

    private final EventFeed feed = new EventFeed(new SteadyClock(), MOST);

    private void happen(int times) {
        for (int time = 0; time < times; time++) {
            feed.changed("manual", "added");
        }
    }

    private String id(long number) {
        return feed.after(number - 1).orElseThrow().id();
    }

    @Test
    void it_remembers_the_last_ones_in_their_order() {
        happen(6);
        assertEquals(3, feed.oldest());
        assertEquals(List.of(3L, 4L, 5L, 6L), LongStream.range(2, 6)
                .mapToObj(number -> feed.after(number).orElseThrow().number()).toList());
        assertEquals(Optional.empty(), feed.after(6));
    }

    @Test
    void an_id_is_a_place_while_nothing_behind_it_is_forgotten() {
        happen(3);
        String second = id(2);
        assertEquals(Optional.of(2L), feed.place(second));
        happen(3);
        assertEquals(Optional.of(2L), feed.place(second), "3 is the oldest");
        happen(1);
        assertEquals(Optional.empty(), feed.place(second));
    }

    @Test
    void an_id_of_another_process_or_of_nothing_is_no_place() {
        happen(3);
        assertEquals(Optional.empty(), feed.place("abc-2"));
        assertEquals(Optional.empty(), feed.place(id(3).replaceFirst("-3$", "-4")));
        assertEquals(Optional.empty(), feed.place(id(3) + "99999999999999999999"));
        assertEquals(Optional.empty(), feed.place(""));
    }

    @Test
    void strangers_do_not_push_out_what_others_want_to_know() {
        EventFeed large = new EventFeed(new SteadyClock());
        Report.Subject stranger = new Report.Subject(Optional.empty(), Optional.empty(), "192.0.2.9:500", "main mode",
                0);
        for (int time = 0; time < 1000; time++) {
            large.accept(new Report.SessionEnded(stranger, "no answer"));
        }
        assertEquals(10, large.last());
    }

    @Test
    void drops_are_told_when_they_grow_and_by_how_much() {
        feed.counters(Map.of("dropped_outbound_no_policy", 3L, "packets", 9L, "dropped_inbound_dummy", 5L));
        feed.counters(Map.of("dropped_outbound_no_policy", 3L, "packets", 10L));
        feed.counters(Map.of("dropped_outbound_no_policy", 5L));
        assertEquals(2, feed.last());
        assertTrue(feed.after(0).orElseThrow().data().contains("{\"dropped_outbound_no_policy\":3}"));
        assertTrue(feed.after(1).orElseThrow().data().contains("{\"dropped_outbound_no_policy\":2}"));
    }

    /// `/proc/net/xfrm_stat` is not set back by a start of the daemon.
    @Test
    void what_the_kernel_dropped_before_is_not_told() {
        feed.counters(Map.of("xfrm_in_no_states", 7L, "dropped_outbound_no_policy", 1L));
        assertTrue(feed.after(0).orElseThrow().data().contains("{\"dropped_outbound_no_policy\":1}"));
        feed.counters(Map.of("xfrm_in_no_states", 9L, "xfrm_out_no_states", 1L));
        assertTrue(feed.after(1).orElseThrow().data().contains("{\"xfrm_in_no_states\":2,\"xfrm_out_no_states\":1}"));
    }
}
