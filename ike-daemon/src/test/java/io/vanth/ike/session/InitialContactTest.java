package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// INITIAL-CONTACT (RFC 2407 section 4.6.3.3) speaks of ISAKMP SAs. Whether the peer's IPsec SAs are gone too shows only
/// in time: traffic must survive where they are not, and must not wait where they are.
class InitialContactTest {
    private static final int EXCHANGE_OFFSET = 18;
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration TICK = Duration.ofMillis(10);

    private static Pair connected() {
        var pair = new Pair(Pair.connection(Pair.A, Pair.B, StartMode.PASSIVE), peer());
        pair.a().start();
        pair.b().start();
        pair.advance(SOON);
        pair.assertConnected();
        return pair;
    }

    private static Connection peer() {
        return Pair.connection(Pair.B, Pair.A, StartMode.ALWAYS);
    }

    /// The daemon begins anew, and its data plane goes on.
    private static void forgetSessions(Pair pair) {
        Pair.Host b = pair.b();
        b.engine = new IkeEngine(List.of(peer()), b.random);
        b.openTickets.clear();
        b.deadline = Optional.empty();
        b.start();
    }

    private static boolean quickMode(Bytes datagram) {
        return datagram.length() > IsakmpHeader.BYTES
                && datagram.at(EXCHANGE_OFFSET) == ExchangeType.QUICK_MODE.code();
    }

    private static long initialContacts(Pair pair) {
        return pair.a().reports(Report.SessionEnded.class).stream()
                .filter(each -> each.reason().contains("INITIAL-CONTACT")).count();
    }

    @Test
    void a_peer_that_forgot_its_isakmp_sa_only_loses_no_packet() {
        Pair pair = connected();
        Set<SaId> atPeer = Set.copyOf(pair.b().installed.keySet());
        forgetSessions(pair);
        Instant end = pair.now().plus(Duration.ofSeconds(30));
        while (pair.now().isBefore(end)) {
            pair.advance(TICK);
            SaId out = pair.a().sendsOn().orElseThrow();
            assertTrue(pair.b().installed.containsKey(out), "A sends on what B does not have: " + out);
            // The peer goes over to a new pair when it has installed it, and A must have it by then.
            SaId in = pair.b().sendsOn().orElseThrow();
            assertTrue(pair.a().installed.containsKey(in), "B sends on what A does not have: " + in);
        }
        assertEquals(1, initialContacts(pair));
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
        assertEquals(2, pair.a().installed.size(), "the old pair ends");
        assertTrue(pair.a().installed.keySet().stream().noneMatch(atPeer::contains));
    }

    @Test
    void a_peer_that_begins_no_quick_mode_gets_one_from_us() {
        Pair pair = connected();
        forgetSessions(pair);
        pair.network((from, bytes) -> from == pair.b() && quickMode(bytes) ? List.of() : List.of(TICK));
        pair.advance(Duration.ofMillis(450));
        assertEquals(1, initialContacts(pair));
        assertTrue(pair.a().sent.stream().skip(4).anyMatch(InitialContactTest::quickMode), "A begins a quick mode");
        pair.network((_, _) -> List.of(TICK));
        pair.advance(SOON);
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
        pair.assertConnected();
    }

    @Test
    void a_peer_that_lost_everything_is_sent_nothing_on_the_old_pair_for_long() {
        Pair pair = connected();
        pair.restart(pair.b(), peer());
        pair.b().start();
        pair.advance(Duration.ofMillis(150));
        assertEquals(1, initialContacts(pair));
        pair.assertConnected();
    }

    /// Its own quick mode is lost, and ours too, so that the bound is what ends the old pair.
    @Test
    void a_pair_in_doubt_ends_when_no_other_can_be_agreed() {
        Pair pair = connected();
        pair.restart(pair.b(), peer());
        pair.b().start();
        pair.network((_, bytes) -> quickMode(bytes) ? List.of() : List.of(TICK));
        pair.advance(Duration.ofSeconds(12));
        assertEquals(0, pair.a().installed.size());
        assertEquals(1, pair.a().reports(Report.TunnelDown.class).size());
        pair.network((_, _) -> List.of(TICK));
        pair.advance(Duration.ofMinutes(2));
        pair.assertConnected();
    }
}
