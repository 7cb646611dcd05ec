package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.UdpEncapsulation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What becomes of manual SAs and policies while others come and go, steps fail, and lifetimes end.
class ManualLifeTest {
    private static final InetAddress HERE = ManualTableTest.HERE;
    private static final InetAddress THERE = ManualTableTest.THERE;
    private static final String TUNNEL = "esp/tunnel/192.0.2.1-192.0.2.2/";

    private static final Set<String> CHANGES = Set.of("install", "remove", "addPolicy", "removePolicy");

    private boolean busy;
    private final List<String> calls = new ArrayList<>();
    private UnaryOperator<CompletionStage<?>> afterInstall = done -> done;
    private DataPlane real;
    private ManualTable table;

    @BeforeEach
    void open() throws Exception {
        real = ManualTableTest.plane();
        table = new ManualTable(watched(real), _ -> false);
    }

    @AfterEach
    void close() {
        real.close();
    }

    /// The real data plane, of which a test notes what it is asked, and can spoil an answer.
    private DataPlane watched(DataPlane plane) {
        return (DataPlane) Proxy.newProxyInstance(DataPlane.class.getClassLoader(), new Class<?>[]{DataPlane.class},
                (_, method, arguments) -> {
                    calls.add(method.getName());
                    if (busy && CHANGES.contains(method.getName())) {
                        return CompletableFuture.failedFuture(new DataPlaneException("busy"));
                    }
                    try {
                        Object answer = method.invoke(plane, arguments);
                        return method.getName().equals("install")
                                ? afterInstall.apply((CompletionStage<?>) answer)
                                : answer;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    /// Else an SA without its partner, or a policy for both, would stay until somebody gives a command.
    @Test
    void whatAnEndCouldNotRemoveIsRemovedLater() throws Exception {
        table.configure(new ManualEntries(pair(0x1000), List.of(net("net", "10.2.0.0/16", "use"))));
        assertEquals(List.of("net Protect"), policies());
        SaId ended = new SaId(SecurityProtocol.ESP, THERE, new Spi(0x1000));
        assertTrue(real.remove(ended).toCompletableFuture().get());
        busy = true;
        assertThrows(DataPlaneException.class, () -> table.expired(ended));
        assertThrows(DataPlaneException.class, () -> table.finish());
        busy = false;
        assertTrue(table.finish());
        assertEquals(List.of("net Bypass"), policies());
        calls.clear();
        assertFalse(table.finish());
        assertEquals(List.of(), List.copyOf(calls), "nothing is left to do");
    }

    private static ManualPolicy net(String name, String remote, String level) {
        return ManualTableTest.policy(name, "10.1.0.0/16", remote, TUNNEL + level);
    }

    private static List<ManualAssociation> pair(int spi) {
        return ManualTableTest.pair("a", THERE, spi, Mode.TUNNEL, ManualTableTest.ESP, 0);
    }

    private Set<SaStatus> associations() throws Exception {
        return Set.copyOf(real.associations().toCompletableFuture().get());
    }

    private Set<Integer> spis() throws Exception {
        return associations().stream().map(each -> each.id().spi().value()).collect(Collectors.toSet());
    }

    private List<String> policies() throws Exception {
        Map<String, String> names = table.namesInThePlane();
        return real.policies().toCompletableFuture().get().stream()
                .map(each -> names.get(each.name()) + " " + each.action().getClass().getSimpleName()).toList();
    }

    /// Under a key that stays, a sequence number must not come again (RFC 4303 section 3.3.3).
    @Test
    void sharedSasStayWhenAPolicyComesChangesAndGoes() throws Exception {
        table.configure(new ManualEntries(pair(0x1000), List.of(net("one", "10.2.0.0/16", "require"))));
        Set<SaStatus> before = associations();
        assertEquals(2, before.size());
        table.add(new ManualEntries(List.of(), List.of(net("two", "10.3.0.0/16", "require"))));
        assertEquals(before, associations());
        table.configure(new ManualEntries(pair(0x1000), List.of(net("one", "10.4.0.0/16", "use"))));
        assertEquals(before, associations());
        table.removePolicies(Optional.of("one"));
        assertEquals(before, associations());
        assertEquals(List.of("two Protect"), policies());
    }

    @Test
    void amongEqualOrdersTheFirstInTheFileDecidesWhateverCameFirst() throws Exception {
        ManualPolicy clear = new ManualPolicy("clear", 1000, net("x", "10.2.9.0/24", "require").traffic(),
                new ManualPolicy.Bypass());
        ManualPolicy all = net("all", "10.0.0.0/8", "require");
        ManualPolicy apart = net("apart", "172.16.0.0/12", "require");
        table.configure(new ManualEntries(List.of(), List.of(all, apart)));
        table.configure(new ManualEntries(List.of(), List.of(clear, all, apart)));
        assertTrue(policies().indexOf("clear Bypass") < policies().indexOf("all Protect"), policies().toString());
        ManualEntries turned = new ManualEntries(List.of(), List.of(all, clear, apart));
        assertEquals(List.of("policies"), table.difference(turned).keys());
        table.configure(turned);
        assertTrue(policies().indexOf("clear Bypass") > policies().indexOf("all Protect"), policies().toString());
        assertEquals(1, real.policies().toCompletableFuture().get().stream().map(Policy::order).map(Orders::written)
                .distinct().count(), "as they are written");
        assertTrue(table.difference(turned).keys().isEmpty());
    }

    @Test
    void useAndRequireShareOnePair() throws Exception {
        ManualPolicy use = net("use", "10.2.0.0/16", "use");
        ManualPolicy require = net("require", "10.3.0.0/16", "require");
        table.configure(new ManualEntries(pair(0x1000), List.of(use, require)));
        assertEquals(List.of(), table.lacks());
        assertEquals(Set.of("use Protect", "require Protect"), Set.copyOf(policies()));
        assertEquals(1, associations().stream().map(SaStatus::group).distinct().count());
        table.removeAssociations(Optional.of("a-out"));
        assertEquals(Set.of("use Bypass", "require Protect"), Set.copyOf(policies()));
        Map<String, String> reasons = table.lacks().stream().collect(Collectors.toMap(Lack::policy, Lack::reason));
        assertTrue(reasons.get("use").endsWith("its packets leave in CLEAR"), reasons::toString);
        assertTrue(reasons.get("require").endsWith("its packets are dropped"), reasons::toString);
    }

    @Test
    void whatHasEndedComesBackUnderNewKeysOnly() throws Exception {
        ManualPolicy net = net("net", "10.2.0.0/16", "require");
        table.configure(new ManualEntries(pair(0x1000), List.of(net)));
        SaId out = new SaId(SecurityProtocol.ESP, THERE, new Spi(0x1000));
        table.expired(out);
        assertEquals(Set.of(0x1000, 0x1001), spis(), "it is there, so what has ended was before it");
        real.remove(out).toCompletableFuture().get();
        table.expired(out);
        assertEquals(Set.of(0x1001), spis());
        ManualEntries again = new ManualEntries(pair(0x1000), List.of(net));
        assertEquals(List.of("a-out"), table.ended(again));
        assertEquals(List.of(), table.difference(again).keys());
        table.configure(again);
        assertEquals(Set.of(0x1001), spis());
        List<ManualAssociation> renamed = List.of(ManualTableTest.pair("b", THERE, 0x1000, Mode.TUNNEL,
                ManualTableTest.ESP, 0).getFirst());
        DataPlaneException refused = assertThrows(DataPlaneException.class,
                () -> table.add(new ManualEntries(renamed, List.of())));
        assertTrue(refused.getMessage().contains("new ones"), refused::getMessage);
        ManualAssociation old = pair(0x1000).getFirst();
        byte[] key = new byte[16];
        key[0] = 1;
        table.configure(new ManualEntries(List.of(new ManualAssociation(old.name(), old.id(), HERE, Mode.TUNNEL,
                old.transform(), Secret.owning(key), Secret.owning(new byte[32]), Optional.empty(),
                ReplayProtection.OFF, Lifetime.UNLIMITED, Lifetime.UNLIMITED, OptionalInt.empty()),
                pair(0x1000).getLast()), List.of(net)));
        assertEquals(Set.of(0x1000, 0x1001), spis());
    }

    @Test
    void aStartDoesWithoutWhatTheDataPlaneRefuses() throws Exception {
        ManualAssociation odd = with(pair(0x3000).getFirst(), "odd", ReplayProtection.window(5), Optional.empty(),
                ManualTableTest.OTHER);
        List<ManualAssociation> all = new ArrayList<>(pair(0x1000));
        all.add(odd);
        ManualPolicy other = ManualTableTest.policy("other", "10.1.0.0/16", "10.3.0.0/16",
                "esp/tunnel/192.0.2.1-192.0.2.3/require");
        ManualEntries entries = new ManualEntries(all, List.of(net("net", "10.2.0.0/16", "require"), other));
        table.protect(entries);
        Map<String, String> refused = table.begin(entries);
        assertEquals(Set.of("odd"), refused.keySet());
        assertTrue(refused.get("odd").contains("not 5"), refused::toString);
        assertEquals(Set.of(0x1000, 0x1001), spis());
        assertEquals(Set.of("net Protect", "other Protect"), Set.copyOf(policies()));
        ManualEntries again = new ManualEntries(List.of(pair(0x1000).getFirst(), pair(0x1000).getLast(),
                with(pair(0x3000).getFirst(), "odd", ReplayProtection.window(5), Optional.empty(),
                        ManualTableTest.OTHER)),
                entries.policies());
        assertEquals(List.of("odd"), table.refused(again));
        assertEquals(List.of(), table.difference(again).keys());
        table.configure(again);
        assertEquals(Set.of(0x1000, 0x1001), spis(), "a reload of the same file is not refused");
        ManualAssociation mended = with(pair(0x3000).getFirst(), "odd", ReplayProtection.OFF, Optional.empty(),
                ManualTableTest.OTHER);
        ManualEntries better = new ManualEntries(List.of(pair(0x1000).getFirst(), pair(0x1000).getLast(), mended),
                entries.policies());
        assertEquals(List.of("associations.odd"), table.difference(better).keys());
        table.configure(better);
        assertEquals(Set.of(0x1000, 0x1001, 0x3000), spis());
    }

    private static ManualAssociation with(ManualAssociation each, String name, ReplayProtection replay,
            Optional<UdpEncapsulation> encapsulation, InetAddress destination) {
        return new ManualAssociation(name, new SaId(each.id().protocol(), destination, each.id().spi()),
                each.source(), each.mode(), each.transform(), each.cipherKey(), each.integrityKey(), encapsulation,
                replay, each.soft(), each.hard(), each.number());
    }

    @Test
    void espInUdpNeedsAnOpenPort() throws Exception {
        ManualAssociation out = with(pair(0x1000).getFirst(), "out", ReplayProtection.OFF,
                Optional.of(new UdpEncapsulation(4500, 4500)), THERE);
        DataPlaneException refused = assertThrows(DataPlaneException.class, () -> table.configure(
                new ManualEntries(List.of(out), List.of(net("net", "10.2.0.0/16", "require")))));
        assertTrue(refused.getMessage().contains("UDP port 192.0.2.1:4500 is not open"), refused::getMessage);
        assertFalse(calls.contains("install"));
    }

    @Test
    void whatMayGoWithoutWaitsForTheSasOfTheFile() throws Exception {
        ManualEntries entries = new ManualEntries(pair(0x1000), List.of(net("net", "10.2.0.0/16", "use")));
        table.protect(entries);
        assertEquals(List.of(true), required());
        table.begin(entries);
        assertEquals(List.of(false), required());
        assertEquals(1, policies().size());
    }

    private List<Boolean> required() throws Exception {
        return real.policies().toCompletableFuture().get().stream()
                .flatMap(each -> ((Policy.Protect) each.action()).layers().stream()).map(Layer::required).toList();
    }

    @Test
    void newKeysComeBeforeTheOldOnesGo() throws Exception {
        ManualPolicy net = net("net", "10.2.0.0/16", "require");
        table.configure(new ManualEntries(pair(0x1000), List.of(net)));
        calls.clear();
        table.configure(new ManualEntries(pair(0x2000), List.of(net)));
        assertEquals(List.of("install", "install", "remove", "remove"),
                calls.stream().filter(each -> !each.equals("associations")).toList());
        assertEquals(Set.of(0x2000, 0x2001), spis());
    }

    @Test
    void aDefectLeavesNothingHalfDone() throws Exception {
        ManualPolicy net = net("net", "10.2.0.0/16", "require");
        table.configure(new ManualEntries(pair(0x1000), List.of(net)));
        Set<String> before = Set.copyOf(policies());
        ManualPolicy other = ManualTableTest.policy("other", "10.1.0.0/16", "10.3.0.0/16",
                "esp/tunnel/192.0.2.1-192.0.2.3/require");
        ManualEntries more = new ManualEntries(
                ManualTableTest.pair("b", ManualTableTest.OTHER, 0x2000, Mode.TUNNEL, ManualTableTest.ESP, 0),
                List.of(other));
        afterInstall = _ -> {
            throw new IllegalStateException("a defect");
        };
        assertThrows(IllegalStateException.class, () -> table.add(more));
        assertEquals(before, Set.copyOf(policies()));
        assertEquals(Set.of(0x1000, 0x1001), spis(), "what was installed in spite of the defect is gone");
    }

    /// Such as one that comes when nobody waits for it any more.
    @Test
    void aStepThatWasDoneWithoutAnAnswerIsFound() throws Exception {
        afterInstall = _ -> CompletableFuture.failedFuture(new IllegalStateException("no answer"));
        ManualEntries entries = new ManualEntries(pair(0x1000), List.of(net("net", "10.2.0.0/16", "require")));
        assertThrows(DataPlaneException.class, () -> table.configure(entries));
        assertEquals(Set.of(), spis());
        afterInstall = done -> done;
        table.configure(new ManualEntries(pair(0x1000), entries.policies()));
        assertEquals(Set.of(0x1000, 0x1001), spis());
    }

    @Test
    void aStartFindsWhatWasDoneWithoutAnAnswer() throws Exception {
        ManualEntries entries = new ManualEntries(pair(0x1000), List.of(net("net", "10.2.0.0/16", "require")));
        table.protect(entries);
        afterInstall = _ -> CompletableFuture.failedFuture(new IllegalStateException("no answer"));
        assertEquals(Set.of("a-out", "a-in"), table.begin(entries).keySet());
        assertEquals(Set.of(), spis(), "what is not known to be there is not there");
        afterInstall = done -> done;
        table.add(new ManualEntries(pair(0x1000), List.of()));
        assertEquals(Set.of(0x1000, 0x1001), spis(), "a command tries again");
        table.removeAssociations(Optional.empty());
        table.configure(new ManualEntries(pair(0x1000), entries.policies()));
        assertEquals(Set.of(0x1000, 0x1001), spis(), "it was taken once, so a reload puts it back");
    }
}
