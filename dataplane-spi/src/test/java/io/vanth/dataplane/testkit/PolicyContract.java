package io.vanth.dataplane.testkit;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.vanth.dataplane.testkit.ContractTunnel.done;
import static io.vanth.dataplane.testkit.ContractTunnel.pair;
import static io.vanth.dataplane.testkit.ContractTunnel.protect;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What every data plane does with policies, and with SAs for what belongs to them.
abstract class PolicyContract {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final String LEFT = "10.1.0.1";
    static final String RIGHT = "10.2.0.1";
    static final int PORT = 7;

    ConnectedPlanes planes;
    Side left;
    Side right;
    ContractTunnel tunnel;

    PolicyContract() {}

    /// Opens two data planes that reach each other.
    protected abstract ConnectedPlanes open() throws Exception;

    @BeforeEach
    void openPlanes() throws Exception {
        planes = open();
        left = planes.left();
        right = planes.right();
        tunnel = new ContractTunnel(planes);
    }

    @AfterEach
    void closePlanes() {
        planes.close();
    }

    @Test
    void thePolicyOfLowestOrderDecides() throws Exception {
        done(left.plane().addPolicy(new Policy("blocked", 10, pair("10.1.0.0/16", "10.2.0.66/32"),
                new Policy.Discard())));
        done(left.plane().addPolicy(new Policy("late", 200, pair("10.1.0.0/16", "10.2.0.0/16"),
                new Policy.Discard())));
        tunnel.addPolicies();
        tunnel.leftToRight().install();
        left.inner().send(InnerPackets.udp(LEFT, PORT, "10.2.0.66", PORT, bytes("blocked")));
        assertArrives(left, right, toRight("allowed"));
        assertEquals(List.of("blocked", "tunnel", "late"),
                done(left.plane().policies()).stream().map(Policy::name).toList());
        assertTrue(done(left.plane().removePolicy("blocked")));
        assertFalse(done(left.plane().removePolicy("blocked")));
        assertArrives(left, right, InnerPackets.udp(LEFT, PORT, "10.2.0.66", PORT, bytes("free")));
    }

    @Test
    void aBypassedPacketUsesNoSa() throws Exception {
        done(left.plane().addPolicy(new Policy("clear", 10, pair("10.1.0.0/16", "10.2.0.66/32"),
                new Policy.Bypass())));
        tunnel.addPolicies();
        SaId id = tunnel.leftToRight().install().id();
        left.inner().send(InnerPackets.udp(LEFT, PORT, "10.2.0.66", PORT, bytes("clear")));
        assertArrives(left, right, toRight("sealed"));
        assertEquals(1, status(left, id).orElseThrow().counters().packets());
    }

    @Test
    void refusesAPolicyWhoseNameIsTaken() throws Exception {
        tunnel.addPolicies();
        assertRefused(left.plane().addPolicy(protect("tunnel", 5, pair("10.5.0.0/16", "10.6.0.0/16"))));
        assertEquals(1, done(left.plane().policies()).size());
    }

    @Test
    void dropsInnerPacketsOutsideOfTheSelectors() throws Exception {
        tunnel.addPolicies();
        var wide = tunnel.leftToRight();
        done(left.plane().install(List.of(wide.outbound())));
        done(right.plane().install(List.of(wide.networks("10.1.0.1/32", ContractTunnel.RIGHT_NETWORK).inbound())));
        left.inner().send(InnerPackets.udp("10.1.9.9", PORT, RIGHT, PORT, bytes("not for this SA")));
        assertArrives(left, right, toRight("for this SA"));
        TrafficCounters counters = status(right, wide.id()).orElseThrow().counters();
        Optional<String> shared = planes.sharedSelectorDrops();
        assertEquals(shared.isPresent() ? 2 : 1, counters.packets());
        assertEquals(1, shared.map(right.plane().counters()::get).orElse(counters.selectorDrops()));
    }

    /// An SA without selectors is for what the policies of its group decide about, whichever there are at the time.
    @Test
    void anSaWithoutSelectorsServesThePoliciesOfItsGroup() throws Exception {
        done(left.plane()
                .addPolicy(protect("all", 100, pair(ContractTunnel.LEFT_NETWORK, ContractTunnel.RIGHT_NETWORK))));
        done(right.plane().addPolicy(protect("near", 100, pair("10.2.0.0/24", ContractTunnel.LEFT_NETWORK))));
        SaId id = tunnel.leftToRight().forPoliciesOfItsGroup().install().id();
        byte[] far = InnerPackets.udp(LEFT, PORT, "10.2.9.9", PORT, bytes("far"));
        left.inner().send(far);
        assertArrives(left, right, toRight("of the only policy"));
        assertEquals(1, policyDrops(id));
        done(right.plane().addPolicy(protect("far", 50, pair("10.2.9.0/24", ContractTunnel.LEFT_NETWORK))));
        assertArrives(left, right, far);
        assertArrives(left, right, toRight("of the other one"));
        assertTrue(done(right.plane().removePolicy("far")));
        left.inner().send(far);
        assertArrives(left, right, toRight("of the only one again"));
        assertEquals(2, policyDrops(id));
    }

    private long policyDrops(SaId id) throws Exception {
        Optional<String> shared = planes.sharedPolicyDrops();
        return shared.isPresent()
                ? right.plane().counters().get(shared.get())
                : status(right, id).orElseThrow().counters().selectorDrops();
    }

    static void assertArrives(Side from, Side to, byte[] packet) throws InterruptedException {
        from.inner().send(packet);
        assertArrayEquals(packet, to.inner().take(PATIENCE).orElseThrow(() -> new AssertionError("nothing arrived")));
    }

    static void assertRefused(CompletionStage<?> stage) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> done(stage));
        assertInstanceOf(DataPlaneException.class, failure.getCause());
    }

    static Optional<SaStatus> status(Side side, SaId id) throws Exception {
        return done(side.plane().associations()).stream().filter(each -> each.id().equals(id)).findFirst();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] toRight(String text) {
        return InnerPackets.udp(LEFT, PORT, RIGHT, PORT, bytes(text));
    }

    static byte[] toLeft(String text) {
        return InnerPackets.udp(RIGHT, PORT, LEFT, PORT, bytes(text));
    }
}
