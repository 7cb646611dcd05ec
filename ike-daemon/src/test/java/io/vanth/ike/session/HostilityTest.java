package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Attackers: the attack classes of the core, each with the harm that it must not do.
class HostilityTest {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int INFORMATIONAL = 5;
    private static final int ESP = 3;
    private static final int ISAKMP = 1;
    /// The first two blocks: in phase 1 the hashes cover no more than identity and hash (RFC 2409 section 5).
    private static final int AUTHENTICATED = 32;
    /// Header, public value and nonce of messages 3 and 4. Nothing ever authenticates the NAT-D payloads behind.
    private static final int BEFORE_NAT_DISCOVERY = IsakmpHeader.BYTES + 4 + 64 + 4 + 32;

    private static Pair pair() {
        return new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
    }

    private static Pair started() {
        Pair pair = pair();
        start(pair);
        return pair;
    }

    private static void start(Pair pair) {
        pair.a().start();
        pair.b().start();
        pair.advance(SOON);
    }

    private static Path from(InetAddress peer, InetAddress own) {
        return new Path(new InetSocketAddress(own, 500), new InetSocketAddress(peer, 500), false);
    }

    private static void inject(Pair.Host host, Bytes datagram) {
        host.event(new Event.Datagram(from(host.address.equals(Pair.A) ? Pair.B : Pair.A, host.address), datagram));
    }

    private static Bytes message(Cookie initiator, Cookie responder, int exchange, int flags, int messageId,
            List<Payload> payloads) {
        return MessageWriter.write(IsakmpHeader.of(initiator, responder, exchange, flags, messageId), payloads);
    }

    private static Bytes encrypted(Cookie initiator, Cookie responder, int exchange, int messageId, Random random) {
        byte[] noise = new byte[16 * (1 + random.nextInt(8))];
        random.nextBytes(noise);
        return MessageWriter.writeEncrypted(
                IsakmpHeader.of(initiator, responder, exchange, IsakmpHeader.FLAG_ENCRYPTED, messageId),
                1 + random.nextInt(20), Bytes.owning(noise));
    }

    private static Cookie cookie(Bytes datagram, int offset) {
        return new Cookie(datagram.longAt(offset));
    }

    /// Each datagram of a handshake is mutated on its way, and comes unharmed only when it is sent again.
    @Test
    void a_handshake_survives_mutated_datagrams() {
        var random = new Random(7);
        for (int run = 0; run < 120; run++) {
            var pair = pair();
            int victim = run % 9;
            var count = new AtomicInteger();
            pair.tamper(bytes -> {
                int index = count.getAndIncrement();
                return index == victim ? mutants(bytes, random, 90) : List.of(bytes);
            });
            start(pair);
            pair.advance(Duration.ofMinutes(8));
            try {
                pair.assertConnected();
            } catch (AssertionError failed) {
                throw new AssertionError("run " + run, failed);
            }
            pair.a().event(new Event.Shutdown());
            pair.b().event(new Event.Shutdown());
            pair.advance(Duration.ofMinutes(10));
            pair.a().assertEmpty();
            pair.b().assertEmpty();
        }
    }

    private static List<Bytes> mutants(Bytes bytes, Random random, int count) {
        var mutants = new ArrayList<Bytes>();
        int end = bytes.at(16) == 4 ? BEFORE_NAT_DISCOVERY : bytes.length();
        for (int i = 0; i < count; i++) {
            byte[] changed = bytes.toArray();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                changed[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
            }
            mutants.add(random.nextInt(4) == 0
                    ? Bytes.of(changed, 0, random.nextInt(changed.length))
                    : Bytes.owning(changed));
        }
        return mutants;
    }

    /// Encrypted messages are authenticated: no mutant may delay what comes right behind it.
    @Test
    void forged_encrypted_messages_do_not_even_delay_a_handshake() {
        var random = new Random(8);
        for (int run = 0; run < 30; run++) {
            var pair = pair();
            pair.tamper(bytes -> {
                var all = new ArrayList<Bytes>();
                if ((bytes.at(19) & IsakmpHeader.FLAG_ENCRYPTED) != 0) {
                    for (int i = 0; i < 20; i++) {
                        byte[] changed = bytes.toArray();
                        changed[IsakmpHeader.BYTES + random.nextInt(AUTHENTICATED)] ^= 0x10;
                        all.add(Bytes.owning(changed));
                    }
                }
                all.add(bytes);
                return all;
            });
            start(pair);
            pair.assertConnected();
        }
    }

    /// A public value that is none: the negotiation waits for the right one.
    @Test
    void a_forged_key_exchange_off_the_curve_does_not_end_the_negotiation() {
        var pair = pair();
        pair.tamper(bytes -> {
            boolean keyExchange = bytes.at(18) == 2 && bytes.at(16) == 4;
            if (!keyExchange) {
                return List.of(bytes);
            }
            byte[] forged = bytes.toArray();
            forged[IsakmpHeader.BYTES + 4 + 40] ^= 1;
            return List.of(Bytes.owning(forged), bytes);
        });
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(20));
        pair.assertConnected();
        assertTrue(pair.a().reports(Report.Failed.class).stream()
                .anyMatch(each -> each.failure().label().equals("bad_key_exchange")));
        assertEquals(1, pair.a().reports(Report.TunnelUp.class).size());
    }

    @DisplayName("S-20: what was recorded makes no SA when it comes again")
    @Test
    void whatever_was_recorded_changes_nothing_when_it_comes_again() {
        var pair = started();
        pair.advance(Duration.ofMinutes(2));
        pair.a().event(new Event.Rekey("site"));
        pair.advance(Duration.ofSeconds(2));
        for (Duration later : List.of(SOON, Duration.ofMinutes(2), Duration.ofMinutes(50))) {
            pair.advance(later);
            var at = List.of(Set.copyOf(pair.a().installed.keySet()), Set.copyOf(pair.b().installed.keySet()));
            String cookie = pair.a().status().isakmp().orElseThrow().initiatorCookie();
            int halfOpen = pair.b().engine.status(pair.now()).halfOpen();
            for (var each : pair.recorded()) {
                pair.host(each.to()).event(each.datagram());
            }
            assertEquals(halfOpen, pair.b().engine.status(pair.now()).halfOpen());
            pair.advance(SOON);
            assertEquals(at, List.of(Set.copyOf(pair.a().installed.keySet()), Set.copyOf(pair.b().installed.keySet())));
            assertEquals(cookie, pair.a().status().isakmp().orElseThrow().initiatorCookie());
            assertEquals(Optional.empty(), pair.b().status().lastFailure());
            pair.assertConnected();
        }
        pair.a().event(new Event.Down("site", false));
        pair.advance(SOON);
        pair.recorded().forEach(each -> pair.host(each.to()).event(each.datagram()));
        pair.advance(Duration.ofMinutes(5));
        assertTrue(pair.a().installed.isEmpty());
        assertTrue(pair.b().installed.isEmpty());
    }

    @DisplayName("S-19: 100,000 forged deletes and notifies lose no SA")
    @Test
    void forged_deletes_and_notifies_lose_no_sa() {
        var pair = started();
        var random = new Random(9);
        Bytes last = pair.recorded().getLast().datagram().bytes();
        Cookie initiator = cookie(last, 0);
        Cookie responder = cookie(last, 8);
        Bytes cookies = Bytes.concat(initiator.bytes(), responder.bytes());
        var forgeries = new ArrayList<Payload>();
        for (SaId id : pair.a().installed.keySet()) {
            forgeries.add(Payload.Delete.of(ESP, List.of(Bytes.ofInt(id.spi().value()))));
        }
        forgeries.add(Payload.Delete.of(ISAKMP, List.of(cookies)));
        for (int type : new int[]{NotifyType.INITIAL_CONTACT.code(), NotifyType.INVALID_SPI.code(),
                NotifyType.AUTHENTICATION_FAILED.code(), NotifyType.R_U_THERE.code()}) {
            forgeries.add(Payload.Notification.of(ISAKMP, cookies, type, Bytes.ofInt(1)));
        }
        int before = pair.a().sent.size() + pair.b().sent.size();
        for (int i = 0; i < 100_000; i++) {
            Pair.Host host = random.nextBoolean() ? pair.a() : pair.b();
            Payload forgery = forgeries.get(random.nextInt(forgeries.size()));
            inject(host, switch (random.nextInt(3)) {
                case 0 -> message(initiator, responder, INFORMATIONAL, 0, random.nextInt(), List.of(forgery));
                case 1 -> message(initiator, responder, INFORMATIONAL, 0, random.nextInt(),
                        List.of(new Payload.Hash(Bytes.ofHex("00".repeat(32))), forgery));
                default -> encrypted(initiator, responder, INFORMATIONAL, random.nextInt(), random);
            });
            host.reports.clear();
        }
        assertEquals(before, pair.a().sent.size() + pair.b().sent.size(), "no forgery is answered");
        pair.assertConnected();
        assertEquals(2, pair.a().installed.size());
        assertEquals(2, pair.b().installed.size());
        assertEquals(Optional.empty(), pair.a().status().lastFailure());
        pair.a().event(new Event.Down("site", false));
        pair.advance(SOON);
        assertTrue(pair.b().installed.isEmpty(), "the real Delete still counts");
    }

    @DisplayName("S-6: hostile text is escaped in every report")
    @Test
    void hostile_text_is_escaped_in_every_report() {
        String hostile = "evil\u001b[2J\n\r\u0000\u202e\u0007name";
        Connection a = Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS);
        for (int type : new int[]{Identity.FQDN, Identity.USER_FQDN, Identity.KEY_ID, Identity.DER_ASN1_DN, 77}) {
            var id = new Identity(type, Bytes.of(hostile.getBytes(StandardCharsets.UTF_8)));
            var pair = new Pair(ConnectionDraft.change(a, draft -> draft.localId = id),
                    Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
            start(pair);
            assertTrue(pair.b().reports(Report.Failed.class).stream()
                    .anyMatch(each -> each.failure().label().equals("identity_mismatch")));
            for (Report report : pair.b().reports) {
                assertFalse(report.describe().chars().anyMatch(unit -> unit < 0x20 || unit > 0x7e), report.describe());
            }
        }
    }

    @DisplayName("S-22: a flood of first messages is bounded, and a peer still gets in")
    @Test
    void a_flood_of_first_messages_is_bounded_and_a_peer_still_gets_in() throws UnknownHostException {
        Connection b = Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE);
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                ConnectionDraft.change(b, draft -> draft.remoteHosts = List.of()));
        var sample = pair();
        start(sample);
        Bytes first = sample.recorded().getFirst().datagram().bytes();
        var random = new Random(10);
        pair.a().start();
        pair.b().start();
        long in = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] forged = first.toArray();
            for (int at = 0; at < 8; at++) {
                forged[at] = (byte) random.nextInt(256);
            }
            var source = InetAddress.getByAddress(new byte[]{10, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
            pair.b().event(new Event.Datagram(from(source, Pair.B), Bytes.owning(forged)));
            in += first.length();
            if (i % 20 == 0) {
                pair.advance(Duration.ofMillis(1));
                pair.b().reports.clear();
            }
        }
        long out = pair.b().sent.stream().filter(each -> each.at(18) == 2 || each.at(18) == INFORMATIONAL)
                .mapToLong(Bytes::length).sum();
        assertTrue(pair.b().engine.status(pair.now()).halfOpen() <= 16_384);
        assertTrue(out <= in * 1.5, out + " bytes out for " + in);
        pair.assertConnected();
        pair.advance(Duration.ofSeconds(31));
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
        pair.assertConnected();
    }

    @DisplayName("S-23: a repeated datagram is never answered with more than it brought")
    @Test
    void a_repeated_datagram_is_never_answered_with_more_than_it_brought() {
        var honest = started();
        for (var each : honest.recorded().subList(0, 9)) {
            var pair = pair();
            pair.b().start();
            int before = 0;
            long in = 0;
            for (int i = 0; i < 50; i++) {
                pair.b().event(each.datagram());
                in += each.datagram().bytes().length();
            }
            pair.advance(Duration.ofMinutes(2));
            long out = pair.b().sent.stream().mapToLong(Bytes::length).sum() - before;
            assertTrue(out <= in * 1.5, out + " bytes out for " + in);
        }
    }

    @DisplayName("S-23: strangers get one notify a second")
    @Test
    void strangers_get_one_notify_a_second() {
        var pair = pair();
        pair.b().start();
        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < 100; i++) {
                inject(pair.b(), message(new Cookie(i + 1), Cookie.NONE, 1, 0, 0,
                        List.of(new Payload.Nonce(Bytes.ofHex("0011223344556677")))));
            }
            assertEquals(second + 1, pair.b().sent.size());
            pair.advance(SOON);
        }
    }
}
