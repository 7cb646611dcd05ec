package io.vanth.ike.manual;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What of associations and policies gets into a data plane.
class ManualTableTest {
    static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.2");
    static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.3");
    static final Transform ESP = EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128);
    static final Transform AH = new AhTransform(Integrity.HMAC_SHA2_256_128);

    private DataPlane plane;
    private ManualTable table;

    @BeforeEach
    void open() throws Exception {
        plane = plane();
        table = new ManualTable(plane, _ -> true);
    }

    static DataPlane plane() throws Exception {
        return new UserspaceDataPlaneProvider(new InMemoryDevices(new InMemoryNetwork(new Random(1)), HERE))
                .open(new DataPlaneContext("tun", 1400, false, true, _ -> {}, InstantSource.system(),
                        new SecureRandom()));
    }

    @AfterEach
    void close() {
        plane.close();
    }

    static ManualAssociation association(String name, InetAddress from, InetAddress to, int spi, Mode mode,
            Transform transform, int number) {
        int integrity = transform.integrity().map(Integrity::keyBytes).orElse(0);
        return new ManualAssociation(name, new SaId(transform.protocol(), to, new Spi(spi)), from, mode, transform,
                Secret.owning(new byte[transform.keyBytes() - integrity]), Secret.owning(new byte[integrity]),
                Optional.empty(), ReplayProtection.OFF, Lifetime.UNLIMITED, Lifetime.UNLIMITED,
                number == 0 ? OptionalInt.empty() : OptionalInt.of(number));
    }

    static List<ManualAssociation> pair(String name, InetAddress peer, int spi, Mode mode, Transform transform,
            int number) {
        return List.of(association(name + "-out", HERE, peer, spi, mode, transform, number),
                association(name + "-in", peer, HERE, spi + 1, mode, transform, number));
    }

    static ManualPolicy policy(String name, String local, String remote, String... layers) {
        return new ManualPolicy(name, 1000,
                new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote)),
                new ManualPolicy.Protect(List.of(layers).stream().map(ManualLayer::parse).toList()));
    }

    private static ManualEntries entries(List<ManualPolicy> policies) {
        return new ManualEntries(List.of(), policies);
    }

    private static ManualEntries entries(List<ManualPolicy> policies, List<ManualAssociation> associations) {
        return new ManualEntries(associations, policies);
    }

    private static ManualEntries entries(List<ManualPolicy> policies, List<ManualAssociation> associations,
            List<ManualAssociation> more) {
        List<ManualAssociation> all = new ArrayList<>(associations);
        all.addAll(more);
        return new ManualEntries(all, policies);
    }

    private Set<String> spis() throws Exception {
        return plane.associations().toCompletableFuture().get().stream().map(SaStatus::id).map(SaId::spi)
                .map(Spi::toString).collect(Collectors.toSet());
    }

    private List<String> policies() throws Exception {
        return plane.policies().toCompletableFuture().get().stream()
                .map(each -> each.name() + " " + each.action().getClass().getSimpleName()).toList();
    }

    @Test
    void aBundleGoesInWhole() throws Exception {
        ManualPolicy both = policy("both", "10.1.0.0/16", "10.2.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.2/require",
                "ah/transport//require");
        table.configure(entries(List.of(both), pair("esp", THERE, 0x1000, Mode.TUNNEL, ESP, 0)));
        assertEquals(Set.of(), spis(), "half of it would let packets through that half a protection has");
        assertEquals(List.of("manual:both Protect"), policies());
        assertEquals(2, table.lacks().size());
        table.add(entries(List.of(), pair("ah", THERE, 0x2000, Mode.TRANSPORT, AH, 0)));
        assertEquals(Set.of("0x00001000", "0x00001001", "0x00002000", "0x00002001"), spis());
        assertEquals(List.of(), table.lacks());
    }

    @Test
    void whatMayGoWithoutGoesInClearWhileThereIsNone() throws Exception {
        ManualPolicy use = policy("use", "192.0.2.1", "192.0.2.2", "esp/transport//use");
        table.configure(entries(List.of(use)));
        assertEquals(List.of("manual:use Bypass"), policies());
        table.add(entries(List.of(), pair("esp", THERE, 0x1000, Mode.TRANSPORT, ESP, 0)));
        assertEquals(1, policies().size());
        assertTrue(policies().getFirst().endsWith(" Protect"), policies().toString());
        table.removeAssociations(Optional.of("esp-out"));
        assertTrue(policies().getFirst().endsWith(" Bypass"), policies().toString());
    }

    /// As in the FAQ of NetBSD: a service, whoever the peer is.
    @Test
    void endsComeFromThePacket() throws Exception {
        ManualPolicy service = policy("pop3", "192.0.2.1", "0.0.0.0/0", "esp/transport//require");
        table.configure(entries(List.of(service), pair("a", THERE, 0x1000, Mode.TRANSPORT, ESP, 0),
                pair("b", OTHER, 0x2000, Mode.TRANSPORT, ESP, 0)));
        assertEquals(List.of("manual:pop3@192.0.2.1-192.0.2.2 Protect", "manual:pop3@192.0.2.1-192.0.2.3 Protect",
                "manual:pop3 Discard"), policies());
        assertEquals(4, spis().size());
    }

    @Test
    void uniqueTakesItsOwnOnly() throws Exception {
        ManualPolicy seven = policy("seven", "10.1.0.0/16", "10.2.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.2/unique:7");
        ManualPolicy any = policy("any", "10.1.0.0/16", "10.3.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.2/require");
        table.configure(entries(List.of(seven, any), pair("plain", THERE, 0x1000, Mode.TUNNEL, ESP, 0)));
        assertEquals(Set.of("seven"), table.lacks().stream().map(Lack::policy).collect(Collectors.toSet()));
        table.add(entries(List.of(), pair("own", THERE, 0x2000, Mode.TUNNEL, ESP, 7)));
        assertEquals(List.of(), table.lacks());
        List<SaStatus> all = plane.associations().toCompletableFuture().get();
        assertEquals(2, all.stream().map(SaStatus::group).distinct().count());
    }

    @Test
    void aReloadTouchesOnlyWhatHasChanged() throws Exception {
        ManualPolicy net = policy("net", "10.1.0.0/16", "10.2.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.2/require");
        ManualPolicy more = policy("more", "10.1.0.0/16", "10.3.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.3/require");
        table.configure(entries(List.of(net), pair("a", THERE, 0x1000, Mode.TUNNEL, ESP, 0)));
        SaStatus before = plane.associations().toCompletableFuture().get().getFirst();
        ManualEntries next = entries(List.of(net, more), pair("a", THERE, 0x1000, Mode.TUNNEL, ESP, 0),
                pair("b", OTHER, 0x2000, Mode.TUNNEL, ESP, 0));
        assertEquals(List.of("associations.b-out", "associations.b-in", "policies.more"),
                table.difference(next).keys());
        assertEquals("manual policies.more added, cost none", table.difference(next).changes().getLast().toString());
        table.configure(next);
        assertEquals(before, plane.associations().toCompletableFuture().get().getFirst());
        assertEquals(4, spis().size());
        ManualEntries less = entries(List.of(net), pair("a", THERE, 0x1000, Mode.TUNNEL, ESP, 0));
        assertEquals(
                List.of("manual associations.b-in removed, cost drop", "manual associations.b-out removed, cost drop",
                        "manual policies.more removed, cost drop"),
                table.difference(less).changes().stream().map(Object::toString).toList());
        table.removeAssociations(Optional.empty());
        assertEquals(Set.of(), spis());
        table.configure(less);
        assertEquals(Set.of("0x00001000", "0x00001001"), spis(), "the file counts again");
        assertEquals(List.of("manual:net Protect"), policies());
        assertThrows(IllegalStateException.class,
                () -> next.associations().getLast().cipherKey().length(), "its keys are wiped");
    }

    @Test
    void whatTheDataPlaneRefusesChangesNothing() throws Exception {
        ManualPolicy net = policy("net", "10.1.0.0/16", "10.2.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.2/require");
        table.configure(entries(List.of(net), pair("a", THERE, 0x1000, Mode.TUNNEL, ESP, 0)));
        ManualAssociation odd = new ManualAssociation("odd", new SaId(SecurityProtocol.ESP, OTHER, new Spi(0x3000)),
                HERE, Mode.TUNNEL, ESP, Secret.owning(new byte[16]), Secret.owning(new byte[32]), Optional.empty(),
                ReplayProtection.window(5), Lifetime.UNLIMITED, Lifetime.UNLIMITED, OptionalInt.empty());
        ManualPolicy more = policy("more", "10.1.0.0/16", "10.3.0.0/16", "esp/tunnel/192.0.2.1-192.0.2.3/require");
        assertThrows(DataPlaneException.class, () -> table.add(entries(List.of(more), List.of(odd))));
        assertEquals(List.of("manual:net Protect"), policies());
        assertEquals(2, spis().size());
        assertThrows(DataPlaneException.class, () -> table.add(entries(List.of(net))));
        ManualAssociation twin = association("twin", HERE, THERE, 0x1000, Mode.TUNNEL, ESP, 0);
        assertThrows(DataPlaneException.class, () -> table.add(entries(List.of(), List.of(twin))));
    }

    /// D-19, features 12: large tables never fail.
    @Test
    void manyAreNoHardship() throws Exception {
        List<ManualPolicy> policies = new ArrayList<>();
        List<ManualAssociation> all = new ArrayList<>();
        for (int number = 0; number < 2000; number++) {
            String peer = "172.16.%d.%d".formatted(number / 250, 1 + number % 250);
            policies.add(
                    policy("p" + number, "10.1.0.0/16", "10.%d.%d.0/24".formatted(100 + number / 250, number % 250),
                            "esp/tunnel/192.0.2.1-%s/require".formatted(peer)));
            all.addAll(pair("a" + number, InetAddress.ofLiteral(peer), 0x1000 + 2 * number, Mode.TUNNEL, ESP, 0));
        }
        table.configure(entries(policies, all));
        assertEquals(4000, spis().size());
        assertEquals(4000, table.removeAssociations(Optional.empty()));
        assertEquals(Set.of(), spis());
        assertEquals(2000, policies().size());
        assertTrue(policies().stream().allMatch(each -> each.endsWith(Policy.Protect.class.getSimpleName())));
    }
}
