package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.TrafficSelector;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What the data plane holds on the way from one configuration to another.
class ManualChangeTest {
    private static final String TUNNEL = "esp/tunnel/192.0.2.1-192.0.2.2/require";

    private final List<List<Policy>> tables = new ArrayList<>();
    private WatchedPlane.Watcher watcher = () -> {};
    private DataPlane real;
    private ManualTable table;

    @BeforeEach
    void open() throws Exception {
        real = ManualTableTest.plane();
        table = new ManualTable(WatchedPlane.of(real, () -> {
            watcher.called();
            tables.add(real.policies().toCompletableFuture().get());
        }), _ -> false);
    }

    @AfterEach
    void close() {
        real.close();
    }

    private static ManualPolicy protect(String name, int order, String remote) {
        return new ManualPolicy(name, order, ManualTableTest.policy(name, "10.1.0.0/16", remote, TUNNEL).traffic(),
                ManualTableTest.policy(name, "10.1.0.0/16", remote, TUNNEL).action());
    }

    private static ManualPolicy clear(int order, String remote) {
        return new ManualPolicy("clear", order, protect("clear", order, remote).traffic(), new ManualPolicy.Bypass());
    }

    private static List<ManualAssociation> pair(int spi) {
        return ManualTableTest.pair("a", ManualTableTest.THERE, spi, Mode.TUNNEL,
                ManualTableTest.ESP, 0);
    }

    /// Whether a packet to `host` is protected by the first policy that takes it.
    private static boolean isProtected(List<Policy> policies, String host) {
        InetAddress address = InetAddress.ofLiteral(host);
        return policies.stream().sorted(Comparator.comparingInt(Policy::order))
                .filter(each -> takes(each.traffic().remote(), address)).findFirst()
                .map(each -> each.action() instanceof Policy.Protect).orElse(false);
    }

    private static boolean takes(TrafficSelector remote, InetAddress address) {
        return remote.addresses().contains(address);
    }

    private void assertProtectedThroughout(ManualEntries before, ManualEntries after) throws Exception {
        table.configure(before);
        tables.clear();
        table.configure(after);
        assertTrue(tables.size() > 1, "it takes several steps");
        for (List<Policy> step : tables) {
            assertTrue(isProtected(step, "10.2.0.1"), () -> "after one of the steps it is in clear: " + step);
        }
    }

    /// RFC 4301 section 4.4.1: the order of the policies decides, on the way to others too.
    @Test
    void whatIsProtectedBeforeAndAfterIsSoWhileABypassComes() throws Exception {
        assertProtectedThroughout(new ManualEntries(pair(0x1000), List.of(protect("net", 1000, "10.0.0.0/8"))),
                new ManualEntries(pair(0x1000),
                        List.of(clear(500, "10.0.0.0/8"), protect("net", 1, "10.2.0.0/16"))));
    }

    @Test
    void whatIsProtectedBeforeAndAfterIsSoWhileABypassGoes() throws Exception {
        assertProtectedThroughout(new ManualEntries(pair(0x1000),
                List.of(protect("net", 1, "10.2.0.0/16"), clear(500, "10.0.0.0/8"))),
                new ManualEntries(pair(0x1000), List.of(protect("all", 1000, "10.0.0.0/8"))));
    }

    private Set<Integer> spis() throws Exception {
        return real.associations().toCompletableFuture().get().stream().map(each -> each.id().spi().value())
                .collect(Collectors.toSet());
    }

    /// A window of 5 packets is none.
    private static ManualAssociation refused(ManualAssociation each) {
        return new ManualAssociation(each.name(), each.id(), each.source(), each.mode(), each.transform(),
                each.cipherKey(), each.integrityKey(), Optional.empty(), ReplayProtection.window(5),
                Lifetime.UNLIMITED, Lifetime.UNLIMITED, OptionalInt.empty());
    }

    @Test
    void aStartLeavesOnlyTheLayerAtFaultOut() throws Exception {
        List<ManualAssociation> all = new ArrayList<>(pair(0x1000));
        ManualTableTest.pair("ah", ManualTableTest.THERE, 0x2000, Mode.TRANSPORT, ManualTableTest.AH, 0)
                .forEach(each -> all.add(refused(each)));
        ManualEntries entries = new ManualEntries(all, List.of(ManualTableTest.policy("net", "10.1.0.0/16",
                "10.2.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.2/use", "ah/transport//use")));
        table.protect(entries);
        Map<String, String> refused = table.begin(entries);
        assertEquals(Set.of("ah-out", "ah-in"), refused.keySet());
        assertEquals(Set.of(0x1000, 0x1001), spis());
        assertTrue(isProtected(real.policies().toCompletableFuture().get(), "10.2.0.1"), "not in clear");
    }

    /// The older one for a leg is installed only when the newer one is not there.
    @Test
    void aStartGoesOnUntilNothingIsRefused() throws Exception {
        List<ManualAssociation> all = new ArrayList<>();
        all.add(refused(pair(0x1000).getFirst()));
        all.add(refused(pair(0x2000).getFirst().named("newer")));
        all.add(pair(0x1000).getLast());
        ManualEntries entries = new ManualEntries(all, List.of(protect("net", 1000, "10.2.0.0/16")));
        table.protect(entries);
        assertEquals(Set.of("a-out", "newer"), table.begin(entries).keySet());
        assertEquals(Set.of(0x1001), spis());
    }

    /// A hard limit of which the report is still on its way, while a command is refused.
    @Test
    void whatHasEndedDoesNotComeBackWithWhatIsRestored() throws Exception {
        List<ManualPolicy> policies = List.of(protect("net", 1000, "10.2.0.0/16"));
        table.configure(new ManualEntries(pair(0x1000), policies));
        SaId out = pair(0x1000).getFirst().id();
        var once = new AtomicBoolean(true);
        watcher = () -> {
            if (once.getAndSet(false)) {
                real.remove(out).toCompletableFuture().get();
            }
        };
        ManualEntries more = new ManualEntries(
                List.of(refused(ManualTableTest.association("odd", ManualTableTest.HERE, ManualTableTest.OTHER, 0x3000,
                        Mode.TUNNEL, ManualTableTest.ESP, 0))),
                List.of(ManualTableTest.policy("more", "10.1.0.0/16", "10.3.0.0/16",
                        "esp/tunnel/192.0.2.1-192.0.2.3/require")));
        assertThrows(DataPlaneException.class, () -> table.add(more));
        assertEquals(Set.of(0x1001), spis());
        table.expired(out);
        assertEquals(List.of("a-out"), table.ended(new ManualEntries(pair(0x1000), policies)));
    }

    /// Of the same bundle as one that has ended.
    @Test
    void whatHasEndedDoesNotComeBackWithAnother() throws Exception {
        ManualPolicy both = ManualTableTest.policy("net", "10.1.0.0/16", "10.2.0.0/16", TUNNEL, "ah/transport//use");
        table.configure(new ManualEntries(pair(0x1000), List.of(both)));
        real.remove(pair(0x1000).getFirst().id()).toCompletableFuture().get();
        table.add(new ManualEntries(ManualTableTest.pair("ah", ManualTableTest.THERE, 0x2000, Mode.TRANSPORT,
                ManualTableTest.AH, 0), List.of()));
        assertFalse(spis().contains(0x1000), "it is over");
    }

    @Test
    void anSaThatHasToBeInstalledAnewIsSaid() throws Exception {
        ManualPolicy both = ManualTableTest.policy("net", "10.1.0.0/16", "10.2.0.0/16", TUNNEL, "ah/transport//use");
        assertEquals(List.of(), table.configure(new ManualEntries(pair(0x1000), List.of(both))));
        assertEquals(List.of("a-out", "a-in"), table.add(new ManualEntries(ManualTableTest.pair("ah",
                ManualTableTest.THERE, 0x2000, Mode.TRANSPORT, ManualTableTest.AH, 0), List.of())));
    }

    /// IPComp has no key that could wear out.
    @Test
    void aCompressionThatHasEndedCanBePutBack() throws Exception {
        List<ManualAssociation> compression = ManualTableTest.pair("c", ManualTableTest.THERE, 0x1000, Mode.TUNNEL,
                new IpcompTransform(), 0);
        ManualPolicy policy = ManualTableTest.policy("net", "10.1.0.0/16", "10.2.0.0/16",
                "ipcomp/tunnel/192.0.2.1-192.0.2.2/require");
        table.configure(new ManualEntries(compression, List.of(policy)));
        SaId out = compression.getFirst().id();
        real.remove(out).toCompletableFuture().get();
        table.expired(out);
        assertEquals(Set.of(0x1001), spis());
        table.configure(new ManualEntries(ManualTableTest.pair("c", ManualTableTest.THERE, 0x1000, Mode.TUNNEL,
                new IpcompTransform(), 0), List.of(policy)));
        assertEquals(Set.of(0x1000, 0x1001), spis());
    }

    /// What a key may do is the key's own, under whichever SPI.
    @Test
    void keysThatHaveEndedDoNotComeBackUnderAnotherSpi() throws Exception {
        List<ManualPolicy> policies = List.of(protect("net", 1000, "10.2.0.0/16"));
        table.configure(new ManualEntries(pair(0x1000), policies));
        SaId out = pair(0x1000).getFirst().id();
        real.remove(out).toCompletableFuture().get();
        table.expired(out);
        assertEquals(List.of("a-out"), table.ended(new ManualEntries(List.of(pair(0x5000).getFirst(),
                pair(0x1000).getLast()), policies)));
        assertThrows(DataPlaneException.class, () -> table.add(
                new ManualEntries(List.of(pair(0x5000).getFirst().named("again")), List.of())));
    }

    /// What is sent by is the last one for a leg.
    @Test
    void anotherOrderOfAssociationsIsADifference() throws Exception {
        List<ManualPolicy> policies = List.of(protect("net", 1000, "10.2.0.0/16"));
        ManualAssociation one = pair(0x1000).getFirst();
        ManualAssociation two = pair(0x2000).getFirst().named("b-out");
        table.configure(new ManualEntries(List.of(one, two), policies));
        assertEquals(Set.of(0x2000), spis());
        assertEquals(List.of("associations"), table.difference(turned(policies)).keys());
        table.configure(turned(policies));
        assertEquals(Set.of(0x1000), spis());
        assertEquals(List.of(), table.difference(turned(policies)).keys());
    }

    private static ManualEntries turned(List<ManualPolicy> policies) {
        return new ManualEntries(List.of(pair(0x2000).getFirst().named("b-out"), pair(0x1000).getFirst()), policies);
    }

    @Test
    void aFileTakesOverWhatACommandHasAdded() throws Exception {
        List<ManualPolicy> policies = List.of(protect("net", 1000, "10.2.0.0/16"));
        table.configure(new ManualEntries(List.of(), policies));
        table.add(new ManualEntries(List.of(pair(0x1000).getFirst().named("quick")), List.of()));
        List<SaStatus> before = real.associations().toCompletableFuture().get();
        table.configure(new ManualEntries(List.of(pair(0x1000).getFirst()), policies));
        assertEquals(List.of("a-out"), table.associations().stream().map(each -> each.association().name()).toList());
        assertEquals(before, real.associations().toCompletableFuture().get(), "it stays as it is");
        assertEquals(16, table.associations().getFirst().association().cipherKey().length(), "its key lives");
    }

    @Test
    void aFileAndACommandDoNotShareAnSpi() throws Exception {
        List<ManualPolicy> policies = List.of(protect("net", 1000, "10.2.0.0/16"));
        table.configure(new ManualEntries(List.of(), policies));
        table.add(new ManualEntries(List.of(pair(0x1000).getFirst().named("quick")), List.of()));
        ManualAssociation other = ManualTableTest.association("slow", ManualTableTest.HERE, ManualTableTest.THERE,
                0x1000, Mode.TRANSPORT, ManualTableTest.ESP, 0);
        DataPlaneException refused = assertThrows(DataPlaneException.class,
                () -> table.configure(new ManualEntries(List.of(other), policies)));
        assertTrue(refused.getMessage().contains("'slow'") && refused.getMessage().contains("'quick'"),
                refused::getMessage);
        assertEquals(Set.of(0x1000), spis());
    }
}
