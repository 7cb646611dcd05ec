package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.session.Reassembler.Outcome;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-8: pieces that are missing, contradict each other, come in the worst order, or come without end.
class ReassemblerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int LIMIT = 65_536;

    private final EngineContext context = new EngineContext(new SecureRandom());
    private final Reassembler reassembler = new Reassembler(context);

    ReassemblerTest() {
        context.advance(START);
    }

    private static Path path(int host) {
        try {
            var peer = InetAddress.getByAddress(new byte[]{10, 0, (byte) (host >> 8), (byte) host});
            return new Path(new InetSocketAddress(Pair.B, 500), new InetSocketAddress(peer, 500), false);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Outcome add(int host, long cookie, int id, int number, boolean last, Bytes data) {
        return reassembler.add(path(host), IsakmpHeader.of(new Cookie(cookie), new Cookie(1), 2, 0, 0),
                Payload.Fragment.of(id, number, last, data), LIMIT);
    }

    private Outcome add(int number, boolean last, Bytes data) {
        return add(1, 1, 1, number, last, data);
    }

    private static Bytes message(int length, int fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        System.arraycopy(Bytes.ofInt(length).toArray(), 0, bytes, 24, 4);
        return Bytes.owning(bytes);
    }

    @Test
    void any_order_makes_the_message() {
        var random = new Random(1);
        for (int run = 0; run < 200; run++) {
            Bytes message = message(100 + random.nextInt(2000), run);
            int pieceLength = 20 + random.nextInt(100);
            var numbers = new ArrayList<Integer>();
            int count = (message.length() + pieceLength - 1) / pieceLength;
            for (int number = 1; number <= count; number++) {
                numbers.add(number);
            }
            Collections.shuffle(numbers, random);
            var outcomes = new ArrayList<Outcome>();
            for (int number : numbers) {
                int from = (number - 1) * pieceLength;
                outcomes.add(add(number, number == count,
                        message.slice(from, Math.min(message.length(), from + pieceLength))));
            }
            assertEquals(new Outcome.Whole(message), outcomes.getLast());
            assertTrue(outcomes.subList(0, count - 1).stream().allMatch(Outcome.Waiting.class::isInstance));
            assertEquals(0, reassembler.bytes());
        }
    }

    @Test
    void all_255_pieces_are_taken_and_no_more_bytes_than_a_datagram_has() {
        Bytes message = message(255 * 40, 1);
        for (int number = 255; number > 1; number--) {
            assertInstanceOf(Outcome.Waiting.class,
                    add(number, number == 255, message.slice((number - 1) * 40, number * 40)));
        }
        assertEquals(new Outcome.Whole(message), add(1, false, message.slice(0, 40)));
        Bytes large = message(40_000, 2);
        assertInstanceOf(Outcome.Waiting.class, add(1, false, large));
        assertInstanceOf(Outcome.Dropped.class, add(2, false, large));
        assertEquals(0, reassembler.bytes());
        assertEquals(0, reassembler.size());
    }

    @Test
    void number_0_is_no_piece() {
        assertInstanceOf(Outcome.Dropped.class, add(0, true, message(40, 1)));
        assertEquals(0, reassembler.size());
    }

    /// Two last ones, one behind the last, other bytes under the same number: the newest may be of another message.
    @Test
    void what_contradicts_begins_anew() {
        Bytes message = message(80, 1);
        Bytes first = message.slice(0, 40);
        Bytes second = message.from(40);
        for (Runnable stale : List.<Runnable>of(() -> add(1, false, message(40, 9)), () -> add(1, true, message(39, 9)),
                () -> add(3, true, message(40, 9)), () -> add(3, false, message(40, 9)))) {
            stale.run();
            Outcome one = add(2, true, second);
            Outcome other = add(1, false, first);
            Outcome again = one instanceof Outcome.Dropped || other instanceof Outcome.Dropped
                    ? add(2, true, second)
                    : other;
            assertTrue(List.of(one, other, again).contains(new Outcome.Whole(message)),
                    () -> one + " " + other + " " + again);
            context.advance(context.now().plus(Reassembler.PATIENCE));
            context.timers().run(context.now());
            assertEquals(0, reassembler.size());
        }
    }

    @Test
    void what_is_not_complete_in_time_is_forgotten() {
        add(1, false, message(40, 1));
        context.advance(START.plus(Reassembler.PATIENCE).minusMillis(1));
        context.timers().run(context.now());
        assertEquals(1, reassembler.size());
        add(3, false, message(40, 1));
        context.advance(START.plus(Reassembler.PATIENCE));
        context.timers().run(context.now());
        assertEquals(0, reassembler.size(), "another piece does not prolong the wait");
        assertEquals(0, reassembler.bytes());
    }

    @Test
    void sets_are_bounded_for_a_session_an_address_and_in_total() {
        for (int id = 0; id < 1000; id++) {
            add(1, 1, id, 1, false, message(40, id));
        }
        assertEquals(Reassembler.MAX_SETS_OF_SESSION, reassembler.size());
        for (int cookie = 0; cookie < 1000; cookie++) {
            add(1, cookie, 1, 1, false, message(40, 1));
        }
        assertEquals(Reassembler.MAX_SETS_OF_ADDRESS, reassembler.size());
        for (int host = 0; host < 1000; host++) {
            add(host, 1, 1, 1, false, message(40, 1));
        }
        assertEquals(Reassembler.MAX_SETS, reassembler.size());
        assertEquals(40 * Reassembler.MAX_SETS, reassembler.bytes());
        for (int host = 0; host < 1000; host++) {
            add(host, 2, 1, 1, false, message(60_000, 1));
        }
        assertTrue(reassembler.bytes() <= Reassembler.MAX_BYTES);
    }

    /// The newest of an address push out its oldest, and never those of others.
    @Test
    void a_flood_from_one_address_leaves_the_others_alone() {
        add(2, 1, 1, 1, false, message(80, 1).slice(0, 40));
        for (int cookie = 0; cookie < 10_000; cookie++) {
            add(1, cookie, 1, 1, false, message(1000, 1));
        }
        assertEquals(new Outcome.Whole(message(80, 1)), add(2, 1, 1, 2, true, message(80, 1).from(40)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatever_comes_the_books_are_right(int seed) {
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] data = new byte[1 + random.nextInt(3000)];
            add(random.nextInt(40), random.nextInt(6), random.nextInt(3), random.nextInt(256),
                    random.nextInt(8) == 0, Bytes.owning(data));
            assertTrue(reassembler.size() <= Reassembler.MAX_SETS && reassembler.bytes() <= Reassembler.MAX_BYTES
                    && reassembler.bytes() >= 0);
        }
        context.advance(START.plus(Reassembler.PATIENCE));
        context.timers().run(context.now());
        assertEquals(0, reassembler.size());
        assertEquals(0, reassembler.bytes());
    }
}
