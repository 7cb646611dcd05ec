package io.vanth.ike.policy;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Change.Cost;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ChangeTest {
    private static final Connection SITE = named("site");
    private static final Connection LAB = named("lab");

    private static Connection named(String name) {
        return ConnectionDraft.plain(name, InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("192.0.2.2"),
                Secret.owning(name.getBytes(StandardCharsets.US_ASCII)));
    }

    private static List<Change> after(Consumer<ConnectionDraft> change) {
        return Differences.between(List.of(SITE, LAB), List.of(ConnectionDraft.change(SITE, change), LAB));
    }

    @Test
    void nothing_differs_from_itself() {
        assertEquals(List.of(), after(_ -> {}));
    }

    @Test
    void another_key_costs_nothing() {
        var other = new Authentication.PreShared(Secret.owning("other".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(List.of(Change.of("site", "credentials", Cost.NONE)),
                after(draft -> draft.authentication = other));
    }

    @Test
    void each_difference_is_named_with_its_cost() {
        assertEquals(List.of(Change.of("site", "remote.id", Cost.RESTART), Change.of("site", "lifetime", Cost.NONE)),
                after(draft -> {
                    draft.remoteId = Identity.parse("elsewhere.example");
                    draft.lifetime = Duration.ofMinutes(7);
                }));
    }

    @Test
    void connections_come_and_go() {
        Connection third = named("third");
        assertEquals(List.of(Change.removed("lab"), Change.added("third")),
                Differences.between(List.of(SITE, LAB), List.of(SITE, third)));
    }

    private static Tunnel tunnel(String name, int group, String remote) {
        return new Tunnel(name, new SaGroup(group),
                new TrafficPair(TrafficSelector.parse("10.1.0.0/24"), TrafficSelector.parse(remote)),
                List.of(ProposalNames.parseEsp("aes256gcm16")), Duration.ofHours(1), StartMode.PASSIVE);
    }

    private static Connection with(Tunnel... tunnels) {
        return ConnectionDraft.change(SITE, draft -> draft.tunnels = List.of(tunnels));
    }

    @Test
    void each_tunnel_has_a_cost_of_its_own() {
        Connection before = with(tunnel("one", 1, "10.2.0.0/24"), tunnel("two", 2, "10.3.0.0/24"),
                tunnel("three", 3, "10.4.0.0/24"), tunnel("four", 4, "10.5.0.0/24"));
        Tunnel four = tunnel("four", 3, "10.5.0.0/24");
        Connection after = with(tunnel("one", 1, "10.2.0.0/24"), tunnel("three", 2, "10.9.0.0/24"),
                new Tunnel("four", four.group(), four.traffic(), List.of(ProposalNames.parseEsp("aes128gcm16")),
                        Duration.ofMinutes(30), StartMode.PASSIVE),
                tunnel("five", 4, "10.6.0.0/24"));
        assertEquals(List.of(Change.removed("site/two"),
                Change.of("site/three", "networks", Cost.RESTART), Change.of("site/four", "proposals", Cost.REKEY),
                Change.of("site/four", "lifetime", Cost.NONE), Change.added("site/five")),
                Differences.between(List.of(before), List.of(after)));
    }

    /// Where networks overlap the first policy takes the packets, so the order is a difference.
    @Test
    void only_what_stands_behind_others_than_before_has_moved() {
        Tunnel one = tunnel("one", 1, "10.2.0.0/24");
        Tunnel two = tunnel("two", 2, "10.3.0.0/24");
        Tunnel three = tunnel("three", 3, "10.4.0.0/24");
        assertEquals(List.of(Change.of("site/two", "order", Cost.MOMENT)),
                Differences.between(List.of(with(one, two, three)), List.of(with(one, three, two))));
        assertEquals(List.of(Change.removed("site/two")),
                Differences.between(List.of(with(one, two, three)), List.of(with(one, three))));
    }

    /// A hold asks the data plane for packets that would bring the tunnel up.
    @Test
    void what_packets_bring_up_is_a_matter_of_policies() {
        Connection passive = ConnectionDraft.change(with(tunnel("lan", 1, "10.2.0.0/24")),
                draft -> draft.dpd = new Dpd(Dpd.Mode.PERIODIC, Duration.ofSeconds(1), Duration.ofSeconds(5),
                        Dpd.Action.CLEAR));
        Connection holding = ConnectionDraft.change(passive, draft -> draft.dpd = new Dpd(Dpd.Mode.PERIODIC,
                Duration.ofSeconds(1), Duration.ofSeconds(5), Dpd.Action.HOLD));
        assertEquals(List.of("site dpd changed, cost none", "site/lan acquire changed, cost moment"),
                Differences.between(List.of(passive), List.of(holding)).stream().map(Change::toString).toList());
    }

    /// So that its policy finds no SA of what it replaces.
    @Test
    void a_tunnel_that_restarts_gets_a_group_that_none_had() {
        Connection before = with(tunnel("one", 1, "10.2.0.0/24"), tunnel("two", 2, "10.3.0.0/24"));
        var groups = new SaGroups(List.of(before));
        Connection after = with(tunnel("zero", 1, "10.9.0.0/24"), tunnel("one", 2, "10.8.0.0/24"),
                tunnel("two", 3, "10.3.0.0/24"));
        assertEquals(List.of(3, 4, 2), groups.inherit(List.of(before), List.of(after)).getFirst().tunnels().stream()
                .map(each -> each.group().value()).toList());
        Connection elsewhere = ConnectionDraft.change(before,
                draft -> draft.remoteId = Identity.parse("elsewhere.example"));
        assertEquals(List.of(5, 6), groups.inherit(List.of(before), List.of(elsewhere)).getFirst().tunnels().stream()
                .map(each -> each.group().value()).toList());
    }
}
