package io.vanth.ike.session;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.Corpora;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import io.vanth.ike.wire.PayloadType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Datagrams that are no messages, or none that belong anywhere, from everywhere: of other implementations, and our own.
class BadDatagramTest {
    private static final boolean LONG = Boolean.getBoolean("vanth.long");
    private static final int MUTANTS = LONG ? 1_000_000 : 20_000;
    private static final int MUTANTS_OF_A_PAIR = 2_000;
    private static final int GARBAGE = LONG ? 10_000_000 : 200_000;
    private static final List<List<String>> WAYS = List.of(List.of(),
            List.of("mode aggressive", "allow aggressivePsk"), List.of("auth certificate"), List.of("auth rsa"),
            List.of("auth certificate", "mode aggressive", "fragmentation no"));
    private static final int VERSION = 17;
    private static final int GENERIC_LENGTH = IsakmpHeader.BYTES + 2;

    private static Pair pair(List<String> settings) {
        var pair = new Pair(
                ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), settings),
                ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), settings));
        pair.a().start();
        pair.b().start();
        return pair;
    }

    private static Pair connected() {
        return connected(List.of());
    }

    private static Pair connected(List<String> settings) {
        Pair pair = pair(settings);
        pair.advance(Duration.ofSeconds(1));
        return pair;
    }

    private static Pair halfOpen() {
        return halfOpen(List.of());
    }

    /// The responder waits for the initiator's proof.
    private static Pair halfOpen(List<String> settings) {
        Pair pair = pair(settings);
        pair.lose(bytes -> (bytes.at(19) & IsakmpHeader.FLAG_ENCRYPTED) != 0);
        pair.advance(Duration.ofSeconds(1));
        return pair;
    }

    private static List<Bytes> own(Pair pair) {
        return pair.recorded().stream().map(each -> each.datagram().bytes()).toList();
    }

    private static void assertAlive(Pair pair) {
        pair.lose(_ -> false);
        pair.advance(Duration.ofSeconds(40));
        pair.assertConnected();
        assertTrue(pair.a().reports(Report.TunnelDown.class).isEmpty());
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
    }

    @DisplayName("S-1: every prefix of our own datagrams")
    @Test
    void prefixes_of_our_own_datagrams() {
        for (Pair pair : List.of(connected(), halfOpen())) {
            own(connected()).forEach(each -> prefixes(pair, each));
            own(pair).forEach(each -> prefixes(pair, each));
            assertAlive(pair);
        }
    }

    @DisplayName("S-1: every prefix of the datagrams of other implementations")
    @Test
    void prefixes_of_the_corpora() {
        Pair pair = connected();
        Corpora.datagrams().forEach(each -> prefixes(pair, each.bytes()));
        assertAlive(pair);
    }

    private static void prefixes(Pair pair, Bytes datagram) {
        var probe = new Probe(pair, pair.b());
        for (int length = 0; length < datagram.length(); length++) {
            probe.send(datagram.slice(0, length));
        }
    }

    @DisplayName("S-1: other versions and other lengths")
    @Test
    void versions_and_lengths() {
        for (Pair pair : List.of(connected(), halfOpen())) {
            var probe = new Probe(pair, pair.b());
            for (Bytes datagram : own(connected())) {
                for (int version = 0; version < 256; version++) {
                    if (version != IsakmpHeader.VERSION_1_0) {
                        probe.send(with(datagram, VERSION, version));
                    }
                }
                probe.send(with(datagram, IsakmpHeader.BYTES - 1, datagram.at(IsakmpHeader.BYTES - 1) + 1));
                probe.send(with(datagram, IsakmpHeader.BYTES - 4, 0xff));
                probe.send(Bytes.concat(datagram, Bytes.of((byte) 0)));
            }
            assertAlive(pair);
        }
    }

    private static Bytes with(Bytes datagram, int at, int value) {
        byte[] changed = datagram.toArray();
        changed[at] = (byte) value;
        return Bytes.owning(changed);
    }

    @DisplayName("S-2: payload lengths that are too short or too long, and thousands of payloads")
    @Test
    void payload_lengths() {
        for (Pair pair : List.of(connected(), halfOpen())) {
            var probe = new Probe(pair, pair.b());
            for (Bytes datagram : own(connected()).subList(0, 4)) {
                for (int length : new int[]{0, 1, 2, 3, 0x7fff, 0x8000, 0xffff}) {
                    probe.send(with(with(datagram, GENERIC_LENGTH, length >> 8), GENERIC_LENGTH + 1, length));
                }
            }
            for (int count : new int[]{65, 1_000, 16_000}) {
                // Each says that one like itself follows.
                Bytes chain = Bytes.ofHex("0d000004".repeat(count));
                assertInstanceOf(Malformed.class, MessageReader.readPayloads(13, chain));
                probe.send(Bytes.concat(header(0x10, 13, ExchangeType.MAIN_MODE.code(), chain.length()), chain));
            }
            assertAlive(pair);
        }
    }

    private static Bytes header(int version, int first, int exchange, int content) {
        return Bytes.concat(new Cookie(0x1234_5678_9abcL).bytes(), Cookie.NONE.bytes(),
                Bytes.of((byte) first, (byte) version, (byte) exchange, (byte) 0), Bytes.ofInt(0),
                Bytes.ofInt(IsakmpHeader.BYTES + content));
    }

    @DisplayName("S-3: the SPIs of a Delete fill it exactly")
    @Test
    void counts_of_a_delete() {
        for (int size = 0; size < 256; size++) {
            for (int count : new int[]{0, 1, 2, 3, 255, 256, 65_535}) {
                for (int rest : new int[]{0, 1, 4, 8, 12, size, 2 * size, 2 * size + 1}) {
                    Bytes body = Bytes.concat(Bytes.ofInt(1),
                            Bytes.of((byte) 3, (byte) size, (byte) (count >> 8), (byte) count),
                            Bytes.ofHex("55".repeat(rest)));
                    var result = MessageReader.readPayloads(PayloadType.DELETE.code(),
                            MessageWriter.writePayloads(
                                    List.of(new Payload.Unknown(PayloadType.DELETE.code(), body))));
                    if (size * count != rest) {
                        assertInstanceOf(Malformed.class, result, () -> body.toString());
                    } else if (result instanceof PayloadChain chain) {
                        var delete = (Payload.Delete) chain.payloads().getFirst();
                        assertTrue(delete.spis().size() * size == rest);
                    }
                }
            }
        }
    }

    @DisplayName("S-3: the transforms of a proposal are as many as it says")
    @Test
    void counts_of_a_proposal() {
        Bytes honest = Payload.Sa.of(List.of(new Payload.Proposal(1, 1, Bytes.EMPTY,
                List.of(new Payload.TransformItem(1, 1, List.of()), new Payload.TransformItem(2, 1, List.of())))))
                .body();
        // DOI, situation, generic header, number and protocol stand before them.
        int spiSize = 4 + 4 + 4 + 2;
        for (int value = 0; value < 256; value++) {
            assertReadable(with(honest, spiSize + 1, value), value == 2);
            assertReadable(with(honest, spiSize, value), value == 0);
        }
    }

    private static void assertReadable(Bytes sa, boolean readable) {
        var result = MessageReader.readPayloads(PayloadType.SA.code(),
                MessageWriter.writePayloads(List.of(new Payload.Unknown(PayloadType.SA.code(), sa))));
        assertEquals(readable, result instanceof PayloadChain, sa::toString);
    }

    @DisplayName("S-4: all payload numbers in both versions")
    @Test
    void payload_numbers() {
        for (Pair pair : List.of(connected(), halfOpen())) {
            var probe = new Probe(pair, pair.b());
            for (int version : new int[]{IsakmpHeader.VERSION_1_0, 0x20}) {
                for (ExchangeType exchange : ExchangeType.values()) {
                    for (int type = 0; type < 256; type++) {
                        Bytes payload = type == 0 ? Bytes.EMPTY : Bytes.ofHex("0000000cffffffffffffffff");
                        Bytes datagram = Bytes.concat(header(version, type, exchange.code(), payload.length()),
                                payload);
                        if (type == PayloadType.FRAGMENT.code()) {
                            // A piece waits for the others in silence.
                            probe.take(datagram);
                        } else {
                            probe.send(datagram);
                        }
                    }
                }
            }
            assertAlive(pair);
        }
    }

    @DisplayName("mutated datagrams of our own and of other implementations")
    @Test
    void mutated_datagrams() {
        var random = new Random(41);
        var mutator = new PayloadMutator(random);
        var all = new ArrayList<Bytes>();
        WAYS.forEach(each -> all.addAll(own(connected(each))));
        if (System.getProperty("vanth.corpora") != null) {
            Corpora.datagrams().forEach(each -> all.add(each.bytes()));
        }
        for (int done = 0; done < MUTANTS; done += MUTANTS_OF_A_PAIR) {
            boolean open = random.nextBoolean();
            List<String> way = WAYS.get(random.nextInt(WAYS.size()));
            Pair pair = open ? halfOpen(way) : connected(way);
            List<Bytes> live = own(pair);
            for (int i = 0; i < MUTANTS_OF_A_PAIR; i++) {
                List<Bytes> from = random.nextBoolean() ? live : all;
                Bytes honest = from.get(random.nextInt(from.size()));
                Pair.Host host = random.nextBoolean() ? pair.a() : pair.b();
                new Probe(pair, host).take(random.nextInt(8) == 0 ? mutator.cut(honest) : mutator.flip(honest));
            }
            pair.lose(_ -> false);
            pair.advance(Duration.ofMinutes(8));
            pair.assertConnected();
            assertTrue(open || pair.b().reports(Report.TunnelDown.class).isEmpty(), "a live SA is gone");
            assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
        }
    }

    @DisplayName("S-7: bad datagrams leave nothing on the heap")
    @Test
    void garbage_leaves_nothing() {
        var random = new Random(43);
        var mutator = new PayloadMutator(random);
        Pair pair = connected();
        List<Bytes> honest = own(pair);
        long before = 0;
        for (int i = 0; i < GARBAGE; i++) {
            if (i == GARBAGE / 10) {
                pair.advance(Duration.ofSeconds(40));
                pair.forget();
                before = Heap.used();
            }
            Bytes from = honest.get(random.nextInt(honest.size()));
            new Probe(pair, pair.b()).take(
                    random.nextInt(4) == 0 ? Bytes.concat(from.slice(0, 16), mutator.noise(200)) : mutator.flip(from));
            if (i % 1_000 == 0) {
                // At a hundred thousand a second, so that what is answered arrives too.
                pair.advance(Duration.ofMillis(10));
                pair.forget();
            }
        }
        pair.advance(Duration.ofSeconds(40));
        pair.forget();
        Heap.assertFlat(before);
        pair.assertConnected();
    }

    @DisplayName("S-7: what is closed twice is closed")
    @Test
    void closing_is_idempotent() {
        Pair pair = connected();
        List<IsakmpSa> sessions = pair.b().engine.sessions();
        assertEquals(1, sessions.size());
        sessions.getFirst().close();
        sessions.getFirst().close();
        assertTrue(sessions.getFirst().closed());
    }
}
