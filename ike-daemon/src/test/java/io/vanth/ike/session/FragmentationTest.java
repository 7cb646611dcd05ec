package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.policy.Fragmentation.Use;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Messages in pieces, between two engines with a path that loses what is large.
class FragmentationTest {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int MTU = 300;
    private static final int FRAGMENT = 132;
    private static final int MAIN_MODE = 2;

    private static Connection cutting(Connection of, Use use) {
        return ConnectionDraft.change(of, draft -> {
            draft.fragmentation = new Fragmentation(use, MTU);
            draft.proposals = List.of(ProposalNames.parseIke("aes256-sha256-modp2048"));
        });
    }

    private static Pair pair(Use a, Use b) {
        return new Pair(cutting(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), a),
                cutting(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), b));
    }

    private static void start(Pair pair) {
        pair.a().start();
        pair.b().start();
    }

    private static boolean isPiece(Bytes datagram) {
        return datagram.at(16) == FRAGMENT;
    }

    @Test
    void what_the_path_does_not_carry_goes_in_pieces() {
        var pair = pair(Use.YES, Use.YES);
        pair.mtu(MTU);
        start(pair);
        pair.advance(SOON);
        pair.assertConnected();
        assertTrue(pair.a().sent.stream().anyMatch(FragmentationTest::isPiece), "message 3 is large");
        assertTrue(pair.b().sent.stream().anyMatch(FragmentationTest::isPiece), "message 4 is large");
        assertTrue(pair.recorded().stream().allMatch(each -> each.datagram().bytes().length() + 28 <= MTU));
    }

    @ParameterizedTest
    @EnumSource(value = Use.class, names = {"YES", "NO"})
    void only_who_announces_it_gets_pieces(Use a) {
        var pair = pair(a, a == Use.YES ? Use.NO : Use.YES);
        start(pair);
        pair.advance(SOON);
        pair.assertConnected();
        assertFalse(pair.recorded().stream().anyMatch(each -> isPiece(each.datagram().bytes())));
    }

    @Test
    void by_force_even_the_first_message_goes_in_pieces() {
        var many = ConnectionDraft.change(cutting(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Use.FORCE),
                draft -> draft.proposals = Stream.of("aes256-sha256", "aes128-sha256", "aes256-sha1", "aes128-sha1")
                        .flatMap(suite -> Stream.of(suite + "-modp2048", suite + "-ecp256"))
                        .map(ProposalNames::parseIke).toList());
        var pair = new Pair(many, cutting(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Use.YES));
        pair.mtu(MTU);
        start(pair);
        pair.advance(SOON);
        pair.assertConnected();
        assertTrue(isPiece(pair.recorded().getFirst().datagram().bytes()), "message 1 is large");
    }

    /// A lost piece costs one retransmission: the pieces that are there wait for the one that is missing.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void a_lost_piece_is_sent_again_with_its_message(int which) {
        var pair = pair(Use.YES, Use.YES);
        var pieces = new ArrayList<Bytes>();
        pair.lose(bytes -> {
            if (isPiece(bytes)) {
                pieces.add(bytes);
            }
            return isPiece(bytes) && pieces.size() == which + 1;
        });
        start(pair);
        pair.advance(Duration.ofSeconds(6));
        pair.assertConnected();
    }

    @Test
    void order_and_copies_do_not_matter() {
        var random = new Random(3);
        for (int run = 0; run < 50; run++) {
            var pair = pair(Use.YES, Use.YES);
            pair.delay(() -> Duration.ofMillis(5 + random.nextInt(30)));
            pair.copies(1 + run % 3);
            start(pair);
            pair.advance(Duration.ofSeconds(10));
            pair.assertConnected();
            assertEquals(1, pair.b().reports(Report.TunnelUp.class).size());
        }
    }

    /// The message that the pieces make is known when it comes again, and its stored answer is cut again.
    @Test
    void a_message_that_comes_again_in_pieces_is_answered_from_store() {
        var pair = pair(Use.YES, Use.YES);
        Instant until = pair.now().plusSeconds(2);
        pair.lose(bytes -> isPiece(bytes) && pair.now().isBefore(until) && pair.b().sent.contains(bytes));
        start(pair);
        pair.advance(Duration.ofSeconds(8));
        pair.assertConnected();
        assertTrue(pair.b().reports(Report.Retransmit.class).stream().anyMatch(each -> !each.sent()));
    }

    /// S-8: pieces of strangers, of unknown sessions, within pieces: nothing is kept for them, and nobody is harmed.
    @Test
    void pieces_of_nothing_are_dropped() {
        var pair = pair(Use.YES, Use.YES);
        start(pair);
        pair.advance(SOON);
        var random = new Random(4);
        Bytes last = pair.recorded().getLast().datagram().bytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] cookies = last.slice(0, 16).toArray();
            if (random.nextBoolean()) {
                cookies[random.nextInt(16)] ^= 1;
            }
            byte[] data = new byte[1 + random.nextInt(40)];
            random.nextBytes(data);
            pair.b().event(new Event.Datagram(new Path(new InetSocketAddress(Pair.B, 500),
                    new InetSocketAddress(Pair.A, 500), false),
                    Bytes.concat(Bytes.owning(cookies), fragment(random, data))));
            pair.b().reports.clear();
        }
        pair.assertConnected();
        pair.advance(Reassembler.PATIENCE);
        pair.a().event(new Event.Down("site", false));
        pair.advance(SOON);
        assertTrue(pair.b().installed.isEmpty(), "the real Delete still counts");
        pair.a().assertEmpty();
    }

    private static Bytes fragment(Random random, byte[] data) {
        var header = IsakmpHeader.of(new Cookie(1), new Cookie(2), 2 + random.nextInt(4),
                random.nextInt(2), random.nextInt());
        return MessageWriter.write(header, List.of(Payload.Fragment.of(random.nextInt(3), random.nextInt(256),
                random.nextInt(4) == 0, Bytes.owning(data)))).from(16);
    }

    @Test
    void pieces_do_not_nest() {
        var pair = pair(Use.YES, Use.YES);
        start(pair);
        pair.advance(SOON);
        Bytes first = pair.recorded().getFirst().datagram().bytes();
        var header = IsakmpHeader.of(new Cookie(7), Cookie.NONE, MAIN_MODE, 0, 0);
        Bytes piece = MessageWriter.write(header, List.of(Payload.Fragment.of(1, 1, true, first)));
        int before = pair.b().sent.size();
        var path = new Path(new InetSocketAddress(Pair.B, 500), new InetSocketAddress(Pair.A, 500), false);
        pair.b().event(new Event.Datagram(path,
                MessageWriter.write(header, List.of(Payload.Fragment.of(1, 1, true, piece)))));
        assertEquals(before, pair.b().sent.size());
        assertTrue(pair.b().reports(Report.Dropped.class).getLast().reason().contains("within fragments"));
    }

    /// S-8: a first piece may be forged, and any number of addresses with it.
    @Test
    void forged_first_pieces_push_out_none_of_a_negotiation() {
        var pair = new Pair(cutting(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), Use.YES),
                ConnectionDraft.change(cutting(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), Use.YES),
                        draft -> draft.remoteHosts = List.of()));
        var latency = new AtomicInteger();
        pair.delay(() -> Duration.ofMillis(10 + latency.getAndAdd(5) % 20));
        start(pair);
        var random = new Random(7);
        for (int step = 0; step < 100; step++) {
            flood(pair.b(), random);
            pair.advance(Duration.ofMillis(5));
        }
        pair.assertConnected();
    }

    private static void flood(Pair.Host host, Random random) {
        for (int i = 0; i < 2 * Reassembler.MAX_SETS; i++) {
            var from = new InetSocketAddress("10.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256),
                    random.nextInt(256)), 500);
            var header = IsakmpHeader.of(new Cookie(random.nextLong()), Cookie.NONE, MAIN_MODE, 0, 0);
            host.event(new Event.Datagram(new Path(new InetSocketAddress(Pair.B, 500), from, false),
                    MessageWriter.write(header, List.of(Payload.Fragment.of(1, 1, false, Bytes.ofInt(i))))));
        }
    }
}
