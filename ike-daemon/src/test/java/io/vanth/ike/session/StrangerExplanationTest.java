package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.explain.Account;
import io.vanth.ike.explain.Explanation;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.StartMode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A peer that comes from where nobody expects it, and one that calls itself by where it thinks it is (O-5).
class StrangerExplanationTest {
    private static final InetAddress OUTER = InetAddress.ofLiteral("203.0.113.7");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.99");

    private static Connection a() {
        return Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS);
    }

    private static Connection b(InetAddress peer) {
        return Pair.connection(Pair.B, peer, StartMode.PASSIVE);
    }

    private static Pair run(Connection a, Connection b) {
        var pair = new Pair(a, b);
        pair.translate(new Translation().hide(Pair.A, OUTER));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofMinutes(3));
        return pair;
    }

    private static Account account(Pair pair) {
        return Account.of(pair.b().engine.diagnose("site").orElseThrow());
    }

    @Test
    void a_peer_behind_a_nat_is_told_of_where_it_is_expected() {
        Account account = account(run(a(), b(Pair.A)));
        assertEquals(1, account.failures().size(), account::toString);
        Explanation stranger = account.failures().getFirst();
        assertEquals("unknown_peer", stranger.reason());
        assertTrue(stranger.times() > 1, stranger::toString);
        assertTrue(stranger.first().isBefore(stranger.last()));
        assertTrue(stranger.causes().getFirst().why().contains("203.0.113.7"), stranger::toString);
        String remedy = stranger.causes().getFirst().remedy();
        assertTrue(remedy.contains("put 203.0.113.7 into connections.site.remote.address here"), remedy);
        assertTrue(remedy.contains("A NAT on the way"), remedy);
        assertTrue(remedy.contains("remote: {address: any, id: \"192.0.2.1\"}"), remedy);
        assertTrue(account.summary().contains("another address was refused"), account::summary);
    }

    /// What failed between the two comes first, whoever knocked since.
    @Test
    void strangers_stand_behind_what_failed() {
        var pair = new Pair(List.of(a()), List.of(b(Pair.A)));
        pair.b().engine = new IkeEngine(List.of(b(ELSEWHERE)), pair.b().random);
        pair.a().start();
        pair.b().start();
        pair.b().event(new Event.Up("site"));
        pair.advance(Duration.ofMinutes(10));
        pair.a().event(new Event.Up("site"));
        pair.advance(Duration.ofSeconds(1));
        List<String> reasons = account(pair).failures().stream().map(Explanation::reason).toList();
        assertEquals(List.of("no_answer", "unknown_peer"), reasons);
        assertEquals("is down", account(pair).summary());
    }

    @Test
    void a_crowd_of_strangers_takes_no_more_room_than_eight() {
        var pair = new Pair(a(), b(ELSEWHERE));
        pair.b().start();
        for (int i = 1; i <= 100; i++) {
            var address = InetAddress.ofLiteral("198.51.100." + i);
            pair.add(address, Pair.connection(address, Pair.B, StartMode.ALWAYS)).start();
        }
        pair.advance(Duration.ofSeconds(1));
        assertEquals(8, account(pair).failures().size());
    }

    /// There are always strangers; they matter only where the peer is missed.
    @Test
    void nobody_is_told_of_who_knocked_while_the_peer_is_there() {
        var pair = new Pair(a(), b(Pair.A));
        pair.a().start();
        pair.b().start();
        pair.add(ELSEWHERE, Pair.connection(ELSEWHERE, Pair.B, StartMode.ALWAYS)).start();
        pair.advance(Duration.ofSeconds(5));
        assertEquals(List.of(), account(pair).failures());
        assertEquals("is up", account(pair).summary());
    }

    @Test
    void whom_the_connection_would_take_is_no_stranger_to_it() {
        var pair = new Pair(a(), b(ELSEWHERE));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(5));
        assertEquals(1, account(pair).failures().size());
        pair.b().event(new Event.Configured(List.of(b(Pair.A))));
        assertEquals(List.of(), account(pair).failures());
    }

    @Test
    void a_private_address_as_identity_is_laid_to_the_nat() {
        Connection expects = ConnectionDraft.change(b(OUTER), draft -> draft.remoteId = Identity.of(OUTER));
        Explanation other = account(run(a(), expects)).failures().getFirst();
        assertEquals("identity_mismatch", other.reason());
        assertTrue(other.causes().getFirst().why().contains("behind a NAT and calls itself by its own address there"),
                other::toString);
        assertTrue(other.causes().getFirst().remedy().contains("connections.site.remote.id: \"192.0.2.1\" here"),
                other::toString);
    }
}
