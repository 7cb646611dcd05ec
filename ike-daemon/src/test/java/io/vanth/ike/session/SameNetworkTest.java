package io.vanth.ike.session;

import io.vanth.dataplane.Direction;
import io.vanth.ike.exchange.Circumstances.Said;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.exchange.VendorIds;
import io.vanth.ike.explain.Account;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.session.EngineStatus.State;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-9: two devices have the same network by mistake, and both want to be always up. They must not take it from each other
/// for ever.
class SameNetworkTest {
    private static final InetAddress C = InetAddress.ofLiteral("192.0.2.3");
    private static final Duration SOON = Duration.ofSeconds(5);
    /// Where a message says what exchange it belongs to.
    private static final int EXCHANGE_TYPE = 18;
    private static final Duration LONG = Duration.ofMinutes(10);

    /// Takes all that are called so.
    private static Connection hub(String names, Uniqueness uniqueness) {
        return ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), draft -> {
            draft.remoteHosts = List.of();
            draft.remoteId = Identity.parse(names);
            draft.uniqueness = uniqueness;
            draft.dpd = new Dpd(Dpd.Mode.ON_DEMAND, Duration.ofSeconds(30), Duration.ofSeconds(20), Dpd.Action.CLEAR);
        });
    }

    private static Connection device(InetAddress at, String name) {
        return ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), draft -> {
            draft.local = new LocalHost.Address(at);
            draft.localId = Identity.parse(name);
        });
    }

    /// A came first.
    private static Pair pair(Connection hub, String nameOfA, String nameOfC) {
        var pair = new Pair(device(Pair.A, nameOfA), hub);
        pair.add(C, device(C, nameOfC));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        pair.host(C).start();
        return pair;
    }

    private static Pair strangers(Uniqueness uniqueness) {
        return pair(hub("C=DE, CN=*", uniqueness), "C=DE, CN=a", "C=DE, CN=c");
    }

    private static State state(Pair.Host host) {
        return host.status().tunnels().getFirst().state();
    }

    private static long begun(Pair.Host host) {
        return host.reports(Report.Started.class).size();
    }

    private static void assertFew(Pair pair, int most) {
        long begun = begun(pair.b());
        assertTrue(begun > 2 && begun <= most, begun + " negotiations");
    }

    @ParameterizedTest
    @EnumSource(Uniqueness.class)
    void who_came_first_keeps_it_and_the_other_asks_ever_more_seldom(Uniqueness uniqueness) {
        Pair pair = strangers(uniqueness);
        pair.advance(LONG);
        assertEquals(State.UP, state(pair.a()));
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
        assertEquals(State.DOWN, state(pair.host(C)));
        assertTrue(pair.b().installed.values().stream().filter(each -> each.direction() == Direction.OUTBOUND)
                .allMatch(each -> each.id().destination().equals(Pair.A)));
        assertFew(pair, 30);
    }

    @Test
    void both_sides_explain_it() {
        Pair pair = strangers(Uniqueness.REPLACE);
        pair.advance(LONG);
        var here = Account.of(pair.b().engine.diagnose("site").orElseThrow()).failures().getFirst();
        assertEquals("tunnel_taken", here.reason());
        assertEquals("C=DE, CN=c wants the tunnel, but it is up with C=DE, CN=a, which keeps it while it answers",
                here.what());
        assertTrue(here.causes().getFirst().remedy().contains("vanth down site/lan"), here::toString);
        var there = Account.of(pair.host(C).engine.diagnose("site").orElseThrow()).failures().getFirst();
        assertEquals(List.of(new Said("INVALID-ID-INFORMATION", true)),
                there.scene().orElseThrow().progress().said());
        assertTrue(there.causes().getFirst().why().contains("does not accept our networks"), there::toString);
        assertTrue(there.causes().getLast().why().contains("may leave the tunnel to another device"), there::toString);
    }

    /// The first is asked whether it is alive, although nothing goes to it.
    @Test
    void the_other_gets_it_when_the_first_is_dead() {
        Pair pair = strangers(Uniqueness.REPLACE);
        pair.a().dead = true;
        pair.advance(Duration.ofMinutes(3));
        assertEquals(State.UP, state(pair.host(C)));
        assertEquals(State.UP, state(pair.b()));
    }

    /// Of a peer that does not speak dead peer detection nobody would learn that it is dead.
    private static Pair withoutDeadPeerDetection() {
        var pair = new Pair(device(Pair.A, "C=DE, CN=a"), hub("C=DE, CN=*", Uniqueness.REPLACE));
        pair.tamper(SameNetworkTest::withoutDeadPeerDetection);
        pair.add(C, device(C, "C=DE, CN=c"));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        assertEquals(State.UP, state(pair.a()));
        return pair;
    }

    private static List<Bytes> withoutDeadPeerDetection(Bytes datagram) {
        String announced = VendorIds.DEAD_PEER_DETECTION.body().hex();
        return List.of(Bytes.ofHex(datagram.hex().replace(announced, "00".repeat(announced.length() / 2))));
    }

    @Test
    void the_other_gets_it_when_the_first_cannot_be_asked() {
        Pair pair = withoutDeadPeerDetection();
        pair.a().dead = true;
        pair.host(C).start();
        pair.advance(SOON);
        assertEquals(State.UP, state(pair.host(C)));
    }

    @Test
    void two_that_cannot_be_asked_take_it_from_each_other_ever_more_seldom() {
        Pair pair = withoutDeadPeerDetection();
        pair.host(C).start();
        pair.advance(LONG);
        assertFew(pair, 80);
    }

    @Test
    void the_other_gets_it_when_the_first_has_no_isakmp_sa_left() {
        Pair pair = withoutSession();
        pair.a().dead = true;
        pair.host(C).start();
        pair.advance(SOON);
        assertEquals(State.UP, state(pair.host(C)));
    }

    @Test
    void one_without_isakmp_sa_and_another_take_it_from_each_other_ever_more_seldom() {
        Pair pair = withoutSession();
        pair.host(C).start();
        pair.advance(LONG);
        assertFew(pair, 80);
    }

    /// A has ended its ISAKMP SA only.
    private static Pair withoutSession() {
        var pair = new Pair(device(Pair.A, "C=DE, CN=a"), hub("C=DE, CN=*", Uniqueness.REPLACE));
        pair.add(C, device(C, "C=DE, CN=c"));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        IsakmpSa session = pair.a().engine.sessions().getFirst();
        session.inform(List.of(Deletes.of(session)));
        pair.a().event(new Event.DeadlineReached());
        pair.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), pair.b().engine.sessions());
        assertEquals(State.UP, pair.b().status().tunnels().getFirst().state());
        return pair;
    }

    /// Otherwise whoever has an identity could have us wear the ISAKMP SA of another.
    @Test
    void who_was_heard_lately_is_not_asked_again() {
        Pair pair = strangers(Uniqueness.REPLACE);
        pair.advance(SOON);
        pair.b().reports.clear();
        for (int i = 0; i < 100; i++) {
            pair.host(C).event(new Event.Up("site/lan"));
            pair.advance(Duration.ofMillis(100));
        }
        long refused = pair.b().reports(Report.Failed.class).size();
        assertTrue(refused > 20, refused + " refusals");
        long asked = pair.b().reports(Report.DeadPeerDetection.class).stream()
                .filter(each -> each.stage() == Report.DeadPeerDetection.Stage.SENT).count();
        assertTrue(asked <= 2, asked + " questions");
    }

    @Test
    void the_other_gets_it_when_the_first_has_gone() {
        Pair pair = strangers(Uniqueness.REPLACE);
        pair.advance(SOON);
        pair.a().event(new Event.Down("site", false));
        pair.advance(Duration.ofMinutes(2));
        assertEquals(State.UP, state(pair.host(C)));
    }

    /// Who restarts and comes back is no other.
    @Test
    void the_same_device_takes_its_own_tunnel_back() {
        Pair pair = strangers(Uniqueness.REPLACE);
        pair.advance(SOON);
        pair.restart(pair.a(), device(Pair.A, "C=DE, CN=a"));
        pair.a().start();
        pair.advance(SOON);
        assertEquals(State.UP, state(pair.a()));
        assertEquals(State.DOWN, state(pair.host(C)));
    }

    /// With a new certificate it calls itself otherwise; it says that it has nothing from before.
    @Test
    void the_same_device_with_another_identity_takes_its_own_tunnel_back() {
        var pair = new Pair(device(Pair.A, "C=DE, CN=a"), hub("C=DE, CN=*", Uniqueness.REPLACE));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        pair.restart(pair.a(), device(Pair.A, "C=DE, CN=renewed"));
        pair.a().start();
        pair.advance(SOON);
        assertEquals(State.UP, state(pair.a()));
        assertTrue(pair.b().installed.containsKey(pair.a().sendsOn().orElseThrow()));
    }

    /// Message 3 of C's quick mode comes when A has the tunnel, which was free when it began.
    @Test
    void who_holds_message_3_back_does_not_take_it() {
        var pair = new Pair(device(Pair.A, "C=DE, CN=a"), hub("C=DE, CN=*", Uniqueness.REPLACE));
        Pair.Host late = pair.add(C, device(C, "C=DE, CN=c"));
        pair.network((from, datagram) -> List.of(from == late && quickModes(late) > 1
                ? Duration.ofSeconds(3)
                : Duration.ofMillis(10)));
        pair.b().start();
        late.start();
        pair.advance(Duration.ofSeconds(1));
        assertEquals(State.UP, state(late));
        assertEquals(State.DOWN, state(pair.b()));
        pair.a().start();
        pair.advance(SOON);
        assertEquals(State.UP, state(pair.a()));
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
        assertEquals("the peer deleted it", late.reports(Report.TunnelDown.class).getFirst().reason());
        assertTrue(pair.b().reports(Report.Failed.class).stream()
                .anyMatch(each -> each.failure() instanceof Failure.TunnelTaken));
        assertEquals(2, pair.b().installed.size());
    }

    /// The hub asks C for the tunnel, and C's answer comes when A has it.
    @Test
    void who_holds_message_2_back_does_not_take_it() {
        var pair = new Pair(device(Pair.A, "C=DE, CN=a"), hub("C=DE, CN=*", Uniqueness.REPLACE));
        Pair.Host late = pair.add(C, device(C, "C=DE, CN=c"));
        pair.network((from, datagram) -> List.of(from == late && quickModes(late) > 0
                ? Duration.ofSeconds(3)
                : Duration.ofMillis(10)));
        pair.b().start();
        late.start();
        pair.advance(Duration.ofMillis(500));
        pair.b().event(new Event.Up("site"));
        pair.advance(Duration.ofMillis(100));
        assertTrue(quickModes(pair.b()) > 0, "the hub has asked C");
        pair.a().start();
        pair.advance(SOON);
        assertEquals(State.UP, state(pair.a()));
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
        assertEquals(2, pair.b().installed.size());
    }

    private static long quickModes(Pair.Host host) {
        return host.sent.stream().filter(each -> each.at(EXCHANGE_TYPE) == ExchangeType.QUICK_MODE.code()).count();
    }

    /// `unique: replace` says that the last one counts, and INITIAL-CONTACT that the first is not told: it finds out by dead
    /// peer detection.
    @Test
    void two_devices_of_one_identity_replace_each_other_at_the_pace_of_dead_peer_detection() {
        Pair pair = pair(hub("roamer.example.org", Uniqueness.REPLACE), "roamer.example.org", "roamer.example.org");
        pair.advance(LONG);
        assertFew(pair, 30);
        pair.b().reports.clear();
        pair.advance(LONG);
        assertFew(pair, 20);
    }

    /// A peer that leaves the tunnel to who came last, and tells the first.
    @ParameterizedTest
    @ValueSource(strings = {"site", "site/lan"})
    void what_the_peer_deletes_again_and_again_is_agreed_ever_more_seldom(String what) {
        var pair = new Pair(device(Pair.A, "C=DE, CN=a"), hub("C=DE, CN=*", Uniqueness.REPLACE));
        pair.b().start();
        pair.a().start();
        for (int second = 0; second < LONG.toSeconds(); second++) {
            pair.advance(Duration.ofSeconds(1));
            if (state(pair.b()) == State.UP) {
                pair.b().event(new Event.Down(what, false));
            }
        }
        assertFew(pair, 60);
        pair.advance(Duration.ofMinutes(1));
        assertEquals(State.UP, state(pair.a()));
    }

    @Test
    void a_second_device_of_one_identity_that_is_refused_asks_ever_more_seldom() {
        Pair pair = pair(hub("roamer.example.org", Uniqueness.KEEP), "roamer.example.org", "roamer.example.org");
        pair.advance(LONG);
        assertEquals(State.UP, state(pair.a()));
        assertFew(pair, 40);
    }
}
