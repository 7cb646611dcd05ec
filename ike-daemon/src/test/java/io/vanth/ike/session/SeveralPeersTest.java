package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-9: a connection whose peer may be any of `CN=*` has several peers, each of its own; none has power over another.
class SeveralPeersTest {
    private static final InetAddress C = InetAddress.ofLiteral("192.0.2.3");
    private static final Duration SOON = Duration.ofSeconds(5);
    /// Nobody is found dead within a test.
    private static final Dpd NO_DPD = new Dpd(Duration.ZERO, Duration.ofHours(1), Dpd.Action.CLEAR);
    private static final TrafficSelector HUB = net("10.2.0.0/24");

    private static TrafficSelector net(String range) {
        return TrafficSelector.of(AddressRange.parse(range));
    }

    private static Connection hub(Uniqueness uniqueness) {
        return ConnectionDraft.change(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), draft -> {
            Tunnel lan = draft.tunnels.getFirst();
            draft.remoteHosts = List.of();
            draft.remoteId = Identity.parse("C=DE, O=Lab, CN=*");
            draft.uniqueness = uniqueness;
            draft.dpd = new Dpd(Dpd.Mode.PERIODIC, Duration.ofSeconds(30), Duration.ofSeconds(20), Dpd.Action.CLEAR);
            draft.tunnels = List.of(lan, new Tunnel("branch", new SaGroup(2),
                    new TrafficPair(HUB, net("10.3.0.0/24")), lan.proposals(), lan.lifetime(), lan.start()));
        });
    }

    private static Connection peer(InetAddress at, String name, String network) {
        Connection plain = ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), draft -> {
            draft.local = new LocalHost.Address(at);
            draft.localId = Identity.parse("C=DE, O=Lab, CN=" + name);
        });
        return Pair.with(plain, of -> new Tunnel(of.name(), of.group(), new TrafficPair(net(network), HUB),
                of.proposals(), of.lifetime(), of.start()));
    }

    private static Pair connected(Uniqueness uniqueness, String networkOfC) {
        var pair = new Pair(peer(Pair.A, "a", "10.1.0.0/24"), hub(uniqueness));
        pair.add(C, peer(C, "c", networkOfC));
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        pair.host(C).start();
        pair.advance(SOON);
        return pair;
    }

    private static Pair connected() {
        return connected(Uniqueness.REPLACE, "10.3.0.0/24");
    }

    private static Set<SaId> towards(Pair pair, InetAddress peer) {
        return pair.b().installed.values().stream().filter(each -> each.direction() == Direction.OUTBOUND)
                .map(SecurityAssociation::id).filter(each -> each.destination().equals(peer))
                .collect(Collectors.toSet());
    }

    /// What it sends on now, the hub receives, and the other way round.
    private static void assertUp(Pair pair, Pair.Host peer) {
        assertEquals(State.UP, peer.status().tunnels().getFirst().state());
        assertTrue(pair.b().installed.containsKey(peer.sendsOn().orElseThrow()));
        assertTrue(towards(pair, peer.address).stream().anyMatch(peer.installed::containsKey));
    }

    @ParameterizedTest
    @EnumSource(Uniqueness.class)
    void each_has_its_tunnel(Uniqueness uniqueness) {
        Pair pair = connected(uniqueness, "10.3.0.0/24");
        assertUp(pair, pair.a());
        assertUp(pair, pair.host(C));
        assertEquals(4, pair.b().installed.size());
    }

    @Test
    void each_is_rekeyed_by_itself() {
        Pair pair = connected();
        pair.advance(Duration.ofHours(30));
        assertUp(pair, pair.a());
        assertUp(pair, pair.host(C));
        assertEquals(List.of(), pair.b().reports(Report.TunnelDown.class));
    }

    @Test
    void initial_contact_of_one_is_not_about_the_other() {
        Pair pair = connected();
        Set<SaId> before = towards(pair, Pair.A);
        pair.restart(pair.host(C), peer(C, "c", "10.3.0.0/24"));
        pair.host(C).start();
        pair.advance(Duration.ofSeconds(15));
        assertUp(pair, pair.host(C));
        assertEquals(before, towards(pair, Pair.A));
        assertUp(pair, pair.a());
    }

    @Test
    void nobody_deletes_what_another_agreed() {
        Pair pair = connected();
        SaId others = towards(pair, Pair.A).iterator().next();
        pair.host(C).engine.sessions().getFirst().inform(List.of(Deletes.of(others.spi())));
        pair.host(C).event(new Event.DeadlineReached());
        pair.advance(SOON);
        assertEquals(Set.of(others), towards(pair, Pair.A));
        assertUp(pair, pair.a());
    }

    @Test
    void one_that_goes_leaves_the_other() {
        Pair pair = connected();
        pair.host(C).event(new Event.Down("site", false));
        pair.advance(SOON);
        assertEquals(Set.of(), towards(pair, C));
        assertUp(pair, pair.a());
    }

    @Test
    void one_that_is_dead_leaves_the_other() {
        Pair pair = connected();
        pair.host(C).dead = true;
        pair.advance(Duration.ofMinutes(3));
        assertEquals(Set.of(), towards(pair, C));
        assertUp(pair, pair.a());
        assertEquals(List.of(), pair.a().reports(Report.TunnelDown.class));
    }

    /// Whoever can prove any number of identities makes us keep no more than so many ISAKMP SAs.
    @Test
    void of_too_many_the_oldest_goes() {
        Connection hub = ConnectionDraft.change(hub(Uniqueness.REPLACE), draft -> draft.dpd = NO_DPD);
        var pair = new Pair(peer(Pair.A, "a", "10.1.0.0/24"), hub);
        pair.b().start();
        pair.a().start();
        pair.advance(SOON);
        IsakmpSa oldest = pair.b().engine.sessions().getFirst();
        pair.a().dead = true;
        for (int number = 1; number <= SessionOrder.MAX; number++) {
            assertFalse(oldest.closed(), "after " + number);
            InetAddress at = InetAddress.ofLiteral("10.9.%d.%d".formatted(number / 250, 1 + number % 250));
            Pair.Host host = pair.add(at, peer(at, "n" + number, "10.3.0.0/24"));
            host.start();
            pair.advance(Duration.ofMillis(100));
            host.dead = true;
            pair.forget();
        }
        assertEquals(SessionOrder.MAX, pair.b().engine.sessions().size());
        assertTrue(oldest.closed());
    }

    @Test
    void nothing_is_left_when_all_stop() {
        Pair pair = connected();
        pair.advance(Duration.ofHours(2));
        for (Pair.Host host : List.of(pair.a(), pair.host(C), pair.b())) {
            host.event(new Event.Shutdown());
            pair.advance(Duration.ofSeconds(1));
        }
        pair.advance(Duration.ofMinutes(10));
        List.of(pair.a(), pair.host(C), pair.b()).forEach(Pair.Host::assertEmpty);
    }
}
