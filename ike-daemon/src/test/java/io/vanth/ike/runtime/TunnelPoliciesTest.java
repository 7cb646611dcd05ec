package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/// What is in a real data plane, which answers as a test wants.
class TunnelPoliciesTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.2");
    private static final Connection SITE = ConnectionDraft.plain("site", HERE, THERE, Secret.owning(new byte[]{1}));
    private static final Tunnel ONE = tunnel("one", 1);
    private static final Tunnel TWO = tunnel("two", 2);
    private static final Tunnel THREE = tunnel("three", 3);

    private final Set<String> late = new HashSet<>();
    private final Set<String> held = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private DataPlane plane;
    private TunnelPolicies policies;

    @BeforeEach
    void open() throws Exception {
        plane = new UserspaceDataPlaneProvider(new InMemoryDevices(new InMemoryNetwork(new Random(1)), HERE))
                .open(new DataPlaneContext("tun", 1400, false, true, _ -> {}, InstantSource.system(),
                        new SecureRandom()));
        policies = new TunnelPolicies((DataPlane) Proxy.newProxyInstance(DataPlane.class.getClassLoader(),
                new Class<?>[]{DataPlane.class}, (_, method, arguments) -> answer(method, arguments)));
    }

    @AfterEach
    void close() {
        plane.close();
    }

    /// Nobody waits any more for the answer about a policy that is late: the thread is interrupted instead.
    private Object answer(Method method, Object[] arguments) throws Exception {
        if (method.getName().equals("removePolicy") && held.contains((String) arguments[0])) {
            Object refusal = CompletableFuture.failedFuture(new DataPlaneException("the kernel is busy"));
            return refusal;
        }
        if (method.getName().equals("removePolicy") && broken.contains((String) arguments[0])
                || method.getName().equals("addPolicy") && broken.contains(((Policy) arguments[0]).name())) {
            throw new IllegalStateException("broken");
        }
        Thread.interrupted();
        Object answer = method.invoke(plane, arguments);
        if (method.getName().equals("addPolicy") && late.contains(((Policy) arguments[0]).name())) {
            Thread.currentThread().interrupt();
            answer = new CompletableFuture<Void>();
        }
        return answer;
    }

    private static Tunnel tunnel(String name, int group) {
        return new Tunnel(name, new SaGroup(group),
                new TrafficPair(TrafficSelector.parse("10.1.0.0/24"),
                        TrafficSelector.parse("10.2.%d.0/24".formatted(group))),
                List.of(ProposalNames.parseEsp("aes256gcm16")), Duration.ofHours(1), StartMode.PASSIVE);
    }

    private static List<Connection> with(Tunnel... tunnels) {
        return List.of(ConnectionDraft.change(SITE, draft -> draft.tunnels = List.of(tunnels)));
    }

    private void become(Tunnel... tunnels) throws StartException {
        policies.complete(policies.add(with(tunnels)));
    }

    private List<String> there() throws Exception {
        return plane.policies().toCompletableFuture().get().stream().map(Policy::name).toList();
    }

    /// The data plane adds it all the same, only later.
    @Test
    void one_that_is_added_too_late_is_taken_back() throws Exception {
        policies.begin(with(ONE));
        late.add("site/three");
        var refused = assertThrows(StartException.class, () -> policies.add(with(ONE, TWO, THREE)));
        assertEquals(0, refused.getSuppressed().length);
        assertEquals(List.of("site/one"), there());
        late.clear();
        become(ONE, TWO, THREE);
        assertEquals(List.of("site/one", "site/two", "site/three"), there());
    }

    @Test
    void one_that_is_late_and_cannot_be_taken_back_is_told() throws Exception {
        policies.begin(with(ONE));
        late.add("site/two");
        held.add("site/two");
        var refused = assertThrows(StartException.class, () -> policies.add(with(ONE, TWO)));
        assertEquals("the kernel is busy", refused.getSuppressed()[0].getMessage());
        late.clear();
        become(ONE, TWO);
        assertEquals(List.of("site/one", "site/two", "site/two~1"), there().stream().sorted().toList());
        held.clear();
        become(ONE, TWO);
        assertEquals(List.of("site/one", "site/two~1"), there());
    }

    /// One that throws instead of answering is no reason to leave half of a change behind.
    @Test
    void a_data_plane_that_throws_has_refused() throws Exception {
        policies.begin(with(ONE));
        broken.add("site/three");
        var refused = assertThrows(StartException.class, () -> policies.add(with(ONE, TWO, THREE)));
        assertEquals("java.lang.IllegalStateException: broken", refused.getMessage());
        assertEquals(List.of("site/one"), there());
        broken.clear();
        broken.add("site/one");
        become(TWO);
        assertEquals(List.of("site/one", "site/two"), there());
        broken.clear();
        become(TWO);
        assertEquals(List.of("site/two"), there());
    }

    /// What a refused policy collides with is none of ours.
    @Test
    void one_that_is_refused_is_not_taken_back() throws Exception {
        policies.begin(with(ONE));
        plane.addPolicy(new Policy("site/two", 5, TWO.traffic(), new Policy.Bypass())).toCompletableFuture().get();
        assertThrows(StartException.class, () -> policies.add(with(ONE, TWO)));
        assertEquals(List.of("site/two", "site/one"), there());
    }

    @Test
    void one_that_could_not_be_removed_is_tried_again_and_its_name_not_used() throws Exception {
        policies.begin(with(ONE, TWO));
        held.add("site/two");
        become(ONE);
        assertEquals(List.of("site/one", "site/two"), there());
        become(ONE, TWO);
        assertEquals(List.of("site/one", "site/two", "site/two~1"), there().stream().sorted().toList());
        held.clear();
        become(ONE, TWO, THREE);
        assertEquals(List.of("site/one", "site/two~1", "site/three"), there());
    }

    @Test
    void those_are_named_that_make_room() throws Exception {
        policies.begin(with(ONE));
        Tunnel[] now = {ONE};
        int moved = 0;
        for (int group = 2; group < 20; group++) {
            now = Stream.concat(Stream.of(tunnel("t" + group, group)), Stream.of(now)).toArray(Tunnel[]::new);
            List<String> before = there();
            List<String> named = policies.reordered(with(now));
            assertEquals(named, policies.reordered(with(now)), "to ask changes nothing");
            become(now);
            List<String> after = there();
            assertEquals(named, after.stream().filter(each -> !before.contains(each)).skip(1)
                    .map(each -> each.replaceFirst("~.*", "")).toList());
            moved += named.size();
        }
        assertEquals(List.of(true, 19), List.of(moved > 0, there().size()));
    }
}
