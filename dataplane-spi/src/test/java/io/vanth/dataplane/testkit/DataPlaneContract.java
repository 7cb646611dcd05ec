package io.vanth.dataplane.testkit;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import static io.vanth.dataplane.testkit.ContractTunnel.done;
import static io.vanth.dataplane.testkit.ContractTunnel.pair;
import static io.vanth.dataplane.testkit.ContractTunnel.protect;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

/// What every data plane does, requirement D-4. A data plane extends this class and supplies two of itself.
///
/// That a packet was dropped is shown by one sent after it that arrives first: nothing here depends on time.
@Timeout(300)
public abstract class DataPlaneContract extends PolicyContract {
    protected DataPlaneContract() {}

    /// By the same two data planes, with new SAs for each.
    @TestFactory
    Stream<DynamicTest> carriesTrafficBothWaysWithEveryTransform() throws Exception {
        tunnel.addPolicies();
        return transforms(left.plane().capabilities()).stream()
                .map(transform -> dynamicTest(transform.toString(), () -> assertCarries(transform)));
    }

    private void assertCarries(EspTransform transform) throws Exception {
        var there = tunnel.leftToRight().transform(transform);
        var back = tunnel.rightToLeft().transform(transform);
        try {
            there.install();
            back.install();
            assertArrives(left, right, toRight("there"));
            assertArrives(right, left, toLeft("and back"));
            assertArrives(left, right, toRight("x".repeat(1200)));
        } finally {
            for (Side side : List.of(left, right)) {
                done(side.plane().remove(there.id()));
                done(side.plane().remove(back.id()));
            }
        }
    }

    /// Who changes such a packet on its way changes what comes out of it; peers that know nothing else are served all the
    /// same.
    @TestFactory
    Stream<DynamicTest> carriesTrafficBothWaysWithoutIntegrity() throws Exception {
        tunnel.addPolicies();
        return left.plane().capabilities().ciphers().stream().sorted()
                .filter(cipher -> !cipher.isAead() && cipher != Cipher.NULL)
                .flatMap(cipher -> cipher.keyBits().stream().map(bits -> EspTransform.unauthenticated(cipher, bits)))
                .map(transform -> dynamicTest(transform.toString(), () -> assertCarries(transform)));
    }

    @Test
    void carriesIpv6InTheTunnel() throws Exception {
        done(left.plane().addPolicy(protect("six", 1, pair("fd01::/64", "fd02::/64"))));
        done(right.plane().addPolicy(protect("six", 1, pair("fd02::/64", "fd01::/64"))));
        tunnel.leftToRight().networks("fd01::/64", "fd02::/64").install();
        assertArrives(left, right, InnerPackets.udp("fd01::1", PORT, "fd02::1", PORT, bytes("six")));
    }

    @Test
    void countsWhatAnSaCarries() throws Exception {
        tunnel.addPolicies();
        SaId id = tunnel.leftToRight().install().id();
        byte[] packet = toRight("counted");
        assertArrives(left, right, packet);
        assertArrives(left, right, packet);
        for (Side side : List.of(left, right)) {
            TrafficCounters counters = status(side, id).orElseThrow().counters();
            assertEquals(2, counters.packets());
            assertEquals(2L * packet.length, counters.bytes());
            assertTrue(counters.lastUsed().isPresent());
        }
    }

    @Test
    void dropsAReplayedPacket() throws Exception {
        tunnel.addPolicies();
        SaId id = tunnel.leftToRight().install().id();
        assertArrives(left, right, toRight("once"));
        planes.replayLast();
        assertArrives(left, right, toRight("next"));
        TrafficCounters counters = status(right, id).orElseThrow().counters();
        assertEquals(2, counters.packets());
        assertEquals(1, counters.replayDrops());
    }

    @Test
    void expiresByTimeSoftThenHard() throws Exception {
        tunnel.addPolicies();
        SaId id = tunnel.leftToRight()
                .lifetime(Lifetime.of(planes.scaled(Duration.ofSeconds(60))),
                        Lifetime.of(planes.scaled(Duration.ofSeconds(90))))
                .install().id();
        planes.advance(Duration.ofSeconds(61));
        awaitExpiry(id, false);
        assertTrue(status(left, id).isPresent());
        planes.advance(Duration.ofSeconds(30));
        awaitExpiry(id, true);
        assertTrue(status(left, id).isEmpty());
    }

    @Test
    void expiresByPacketsSoftThenHard() throws Exception {
        assertExpires(packets(2), packets(4));
    }

    @Test
    void expiresByBytesSoftThenHard() throws Exception {
        int length = toRight("1").length;
        assertExpires(bytes(2L * length), bytes(4L * length));
    }

    private void assertExpires(Lifetime soft, Lifetime hard) throws Exception {
        tunnel.addPolicies();
        SaId id = tunnel.leftToRight().lifetime(soft, hard).install().id();
        assertArrives(left, right, toRight("1"));
        assertTrue(left.events().all(DataPlaneEvent.Expired.class).isEmpty());
        assertArrives(left, right, toRight("2"));
        if (planes.limitsAtOnce()) {
            awaitExpiry(id, false);
        }
        assertArrives(left, right, toRight("3"));
        awaitExpiry(id, false);
        assertArrives(left, right, toRight("4"));
        if (planes.limitsAtOnce()) {
            awaitExpiry(id, true);
        }
        left.inner().send(toRight("not by the old one"));
        awaitExpiry(id, true);
        assertTrue(status(left, id).isEmpty());
        assertEquals(2, left.events().all(DataPlaneEvent.Expired.class).size(), "each limit once");
        tunnel.leftToRight().install();
        assertEquals(4, status(right, id).orElseThrow().counters().packets());
    }

    @Test
    void rekeysWithoutLoss() throws Exception {
        tunnel.addPolicies();
        SaId old = tunnel.leftToRight().install().id();
        List<byte[]> sent = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            sent.add(toRight("number " + number));
        }
        sent.subList(0, 50).forEach(left.inner()::send);
        SaId young = tunnel.leftToRight().install().id();
        sent.subList(50, 100).forEach(left.inner()::send);
        for (byte[] packet : sent) {
            assertArrayEquals(packet, right.inner().take(PATIENCE).orElseThrow());
        }
        assertTrue(status(right, young).orElseThrow().counters().packets() >= 50, "new packets use the new SA");
        assertTrue(done(left.plane().remove(old)));
        assertTrue(done(right.plane().remove(old)));
        assertArrives(left, right, toRight("after"));
    }

    @Test
    void aRemovedSaCarriesNothing() throws Exception {
        tunnel.addPolicies();
        SaId first = tunnel.leftToRight().install().id();
        assertArrives(left, right, toRight("before"));
        assertTrue(done(right.plane().remove(first)));
        assertFalse(done(right.plane().remove(first)));
        left.inner().send(toRight("lost"));
        while (status(left, first).orElseThrow().counters().packets() < 2) {
            Thread.onSpinWait();
        }
        tunnel.leftToRight().install();
        assertArrives(left, right, toRight("by another"));
        assertTrue(status(right, first).isEmpty());
    }

    @Test
    void asksForAnSaOnceAndHoldsThePackets() throws Exception {
        tunnel.addPolicies();
        left.inner().send(toRight("first"));
        left.inner().send(toRight("second"));
        DataPlaneEvent.Acquire acquire = left.events().await(DataPlaneEvent.Acquire.class, any -> true);
        assertEquals("tunnel", acquire.policy());
        assertEquals(ContractTunnel.GROUP, acquire.group());
        assertEquals(LEFT, acquire.source().getHostAddress());
        assertEquals(RIGHT, acquire.destination().getHostAddress());
        assertEquals(17, acquire.protocol());
        tunnel.leftToRight().install();
        assertArrayEquals(toRight("first"), right.inner().take(PATIENCE).orElseThrow());
        assertArrayEquals(toRight("second"), right.inner().take(PATIENCE).orElseThrow());
        assertEquals(1, left.events().all(DataPlaneEvent.Acquire.class).size());
    }

    @Test
    void installsABundleWholeOrNotAtAll() throws Exception {
        var direction = tunnel.leftToRight();
        SecurityAssociation good = direction.inbound();
        assertRefused(right.plane().install(List.of(good, good)));
        assertTrue(done(right.plane().associations()).isEmpty());
        done(right.plane().install(List.of(good)));
        assertRefused(right.plane().install(List.of(good)));
        assertEquals(1, done(right.plane().associations()).size());
    }

    @Test
    void refusesWhatItsCapabilitiesLeaveOut() throws Exception {
        Capabilities capabilities = right.plane().capabilities();
        SecurityAssociation esp = tunnel.leftToRight().inbound();
        if (!capabilities.modes().contains(Mode.TRANSPORT)) {
            assertRefused(right.plane().install(List.of(new SecurityAssociation(esp.id(), esp.direction(),
                    esp.source(), Mode.TRANSPORT, esp.transform(), esp.cipherKey(), esp.integrityKey(),
                    esp.selectors(), esp.encapsulation(), esp.replay(), esp.outer(), esp.soft(), esp.hard(),
                    esp.group()))));
        }
        if (!capabilities.protocols().contains(SecurityProtocol.AH)) {
            SaId id = new SaId(SecurityProtocol.AH, esp.id().destination(), new Spi(0x1234));
            assertRefused(right.plane().install(List.of(new SecurityAssociation(id, esp.direction(), esp.source(),
                    Mode.TUNNEL, new AhTransform(Integrity.HMAC_SHA1_96), Secret.copyOf(new byte[0]),
                    Secret.copyOf(new byte[20]), esp.selectors(), Optional.empty(), esp.replay(), esp.outer(),
                    esp.soft(), esp.hard(),
                    esp.group()))));
        }
        assertTrue(done(right.plane().associations()).isEmpty());
    }

    /// RFC 4303 section 2.1.
    @Test
    void neverAllocatesAReservedSpiOrOneTwice() throws Exception {
        Set<Integer> spis = new HashSet<>();
        for (int count = 0; count < 200; count++) {
            Spi spi = done(left.plane().allocateSpi(SecurityProtocol.ESP, left.outer().getAddress()));
            assertTrue(Integer.compareUnsigned(spi.value(), 0x100) >= 0);
            assertTrue(spis.add(spi.value()));
        }
        assertThrows(IllegalArgumentException.class, () -> new Spi(255));
    }

    @Test
    void afterItsEndItRefusesEverythingAndReportsNothing() throws Exception {
        tunnel.addPolicies();
        var direction = tunnel.leftToRight().install();
        assertArrives(left, right, toRight("before"));
        left.plane().close();
        left.plane().close();
        assertRefused(left.plane().install(List.of(direction.outbound())));
        assertRefused(left.plane().remove(direction.id()));
        assertRefused(left.plane().associations());
        assertRefused(left.plane().addPolicy(protect("late", 1, pair("10.5.0.0/16", "10.6.0.0/16"))));
        assertRefused(left.plane().allocateSpi(SecurityProtocol.ESP, left.outer().getAddress()));
        planes.advance(Duration.ofDays(365));
        assertTrue(left.events().all(DataPlaneEvent.class).isEmpty());
        assertFalse(left.plane().counters().isEmpty(), "counters can still be read");
    }

    @Test
    void listsAssociationsWithoutKeys() throws Exception {
        tunnel.addPolicies();
        var direction = tunnel.leftToRight().install();
        SaStatus status = status(left, direction.id()).orElseThrow();
        assertEquals(direction.outbound().transform(), status.transform());
        assertEquals(direction.outbound().selectors(), status.selectors());
        assertEquals(right.outer(), status.peer());
        assertEquals(ContractTunnel.GROUP, status.group());
        assertNotEquals(Optional.of(status), status(right, direction.id()));
    }

    /// Every transform that the capabilities name.
    static List<EspTransform> transforms(Capabilities capabilities) {
        List<EspTransform> all = new ArrayList<>();
        for (Cipher cipher : Cipher.values()) {
            for (int keyBits : capabilities.ciphers().contains(cipher) ? cipher.keyBits() : List.<Integer>of()) {
                if (cipher.isAead()) {
                    all.add(EspTransform.aead(cipher, keyBits));
                } else {
                    capabilities.integrities().stream().sorted()
                            .forEach(integrity -> all.add(EspTransform.of(cipher, keyBits, integrity)));
                }
            }
        }
        return all;
    }

    private void awaitExpiry(SaId id, boolean hard) throws InterruptedException {
        left.events().await(DataPlaneEvent.Expired.class, event -> event.id().equals(id) && event.hard() == hard);
    }

    private static Lifetime packets(long limit) {
        return new Lifetime(Optional.empty(), OptionalLong.empty(), OptionalLong.of(limit));
    }

    private static Lifetime bytes(long limit) {
        return new Lifetime(Optional.empty(), OptionalLong.of(limit), OptionalLong.empty());
    }
}
