package io.vanth.ike.runtime;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.session.Sender;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-22: whose datagrams come first.
class InboxTest {
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 500);
    private static final Path PATH = new Path(SOMEWHERE, SOMEWHERE, false);

    private static final int HEADER = 28;

    private final Queue<Runnable> rounds = new ArrayDeque<>();
    private final List<Sender> taken = new ArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private int serial = 1;
    private final List<Integer> cookies = new ArrayList<>();
    private final Inbox inbox = new Inbox(InboxTest::sender, this::take, rounds::add, lost);

    private static Sender sender(Event.Datagram datagram) {
        return Sender.valueOf(new String(datagram.bytes().from(HEADER).toArray(), StandardCharsets.US_ASCII));
    }

    private void arrive(Sender sender, int count) {
        for (int i = 0; i < count; i++) {
            inbox.add(message(sender, serial++));
        }
    }

    /// A header with a cookie of its own, and who it is said to be from.
    private static Event.Datagram message(Sender sender, int cookie) {
        return new Event.Datagram(PATH, Bytes.concat(Bytes.ofInt(cookie), Bytes.owning(new byte[HEADER - 4]),
                Bytes.of(sender.name().getBytes(StandardCharsets.US_ASCII))));
    }

    private void take(Event.Datagram datagram) {
        taken.add(sender(datagram));
        cookies.add(datagram.bytes().intAt(0));
    }

    private long taken(Sender sender) {
        return taken.stream().filter(sender::equals).count();
    }

    @Test
    void s22_what_belongs_to_a_session_waits_for_no_stranger() {
        arrive(Sender.OTHER, 500);
        arrive(Sender.PEER, 500);
        arrive(Sender.SESSION, 1);
        assertEquals(List.of(Sender.SESSION), taken);
    }

    @Test
    void s22_between_a_few_of_strangers_the_sockets_are_looked_at() {
        arrive(Sender.OTHER, 500);
        assertEquals(1, rounds.size());
        rounds.remove().run();
        assertEquals(Inbox.AT_ONCE, taken.size());
        assertEquals(1, rounds.size());
    }

    @Test
    void s22_peers_and_others_take_turns_and_nothing_that_has_room_is_lost() {
        arrive(Sender.OTHER, 5000);
        arrive(Sender.PEER, 100);
        rounds.remove().run();
        assertEquals(taken(Sender.OTHER), taken(Sender.PEER));
        assertTrue(taken.size() <= Inbox.AT_ONCE + 2);
        while (!rounds.isEmpty()) {
            rounds.remove().run();
        }
        assertEquals(100, taken(Sender.PEER));
        assertEquals(Inbox.WAITING, taken(Sender.OTHER));
        assertEquals(5000 - Inbox.WAITING, lost.get());
    }

    @Test
    void s22_who_comes_again_gets_in_before_the_flood() {
        arrive(Sender.OTHER, Inbox.WAITING);
        inbox.add(message(Sender.OTHER, 0));
        arrive(Sender.OTHER, 50_000);
        assertEquals(50_001, lost.get());
        inbox.add(message(Sender.OTHER, 0));
        assertEquals(50_001, lost.get());
        rounds.remove().run();
        assertEquals(0, cookies.getFirst());
    }

    @Test
    void a_round_ends_when_nobody_waits() {
        arrive(Sender.PEER, 1);
        rounds.remove().run();
        assertTrue(rounds.isEmpty());
        arrive(Sender.OTHER, 1);
        assertEquals(1, rounds.size());
    }
}
