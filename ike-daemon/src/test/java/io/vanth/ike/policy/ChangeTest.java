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
        return Change.between(List.of(SITE, LAB), List.of(ConnectionDraft.change(SITE, change), LAB));
    }

    @Test
    void nothing_differs_from_itself() {
        assertEquals(List.of(), after(_ -> {}));
    }

    @Test
    void another_key_costs_nothing() {
        var other = new Authentication.PreShared(Secret.owning("other".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(List.of(new Change("site", "credentials", Cost.NONE)),
                after(draft -> draft.authentication = other));
    }

    @Test
    void each_difference_is_named_with_its_cost() {
        assertEquals(List.of(new Change("site", "remote.id", Cost.RESTART), new Change("site", "lifetime", Cost.NONE)),
                after(draft -> {
                    draft.remoteId = Identity.parse("elsewhere.example");
                    draft.lifetime = Duration.ofMinutes(7);
                }));
    }

    @Test
    void connections_come_and_go_and_change_places() {
        Connection third = named("third");
        assertEquals(List.of(new Change("lab", "", Cost.RESTART), new Change("third", "", Cost.RESTART)),
                Change.between(List.of(SITE, LAB), List.of(SITE, third)));
        assertEquals(List.of(new Change("lab", "order", Cost.RESTART)),
                Change.between(List.of(SITE, LAB), List.of(LAB, SITE)));
    }

    /// A hold asks the data plane for packets that would bring the tunnel up.
    @Test
    void what_changes_the_policies_needs_a_restart() {
        Connection passive = ConnectionDraft.change(SITE, draft -> {
            draft.tunnels = List.of(new Tunnel("lan", new SaGroup(1),
                    new TrafficPair(TrafficSelector.parse("10.1.0.0/24"), TrafficSelector.parse("10.2.0.0/24")),
                    List.of(), Duration.ofHours(1), StartMode.PASSIVE));
            draft.dpd = new Dpd(Dpd.Mode.PERIODIC, Duration.ofSeconds(1), Duration.ofSeconds(5), Dpd.Action.CLEAR);
        });
        Connection holding = ConnectionDraft.change(passive, draft -> draft.dpd = new Dpd(Dpd.Mode.PERIODIC,
                Duration.ofSeconds(1), Duration.ofSeconds(5), Dpd.Action.HOLD));
        assertEquals(List.of(new Change("site", "dpd.action", Cost.RESTART), new Change("site", "dpd", Cost.NONE)),
                Change.between(List.of(passive), List.of(holding)));
    }
}
