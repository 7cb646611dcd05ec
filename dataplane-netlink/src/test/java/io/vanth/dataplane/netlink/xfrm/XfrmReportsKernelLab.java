package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.message.NetlinkEvents;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.spi.DataPlaneContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.vanth.dataplane.netlink.xfrm.KernelSas.GROUP;
import static io.vanth.dataplane.netlink.xfrm.KernelSas.TRAFFIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What a kernel with IPsec reports, and what is done when a report was lost.
final class XfrmReportsKernelLab {
    private static final int MANY = 8;

    private final BlockingQueue<DataPlaneEvent> events = new LinkedBlockingQueue<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final ControlThread control = new ControlThread();
    private NetworkNamespace namespace;
    private KernelTables tables;
    private KernelReports reports;
    private NetlinkEvents kernel;

    @BeforeEach
    void open() throws Exception {
        namespace = NetworkNamespace.create();
        ip("addr add 10.1.0.1/32 dev lo");
        ip("link add wan type veth peer name other");
        ip("addr add 192.0.2.1/24 dev wan");
        ip("link set other up");
        ip("link set wan up");
        ip("route add default dev wan");
        tables = namespace.call(() -> KernelTables.open(false, events::add));
        var context = new DataPlaneContext("", 0, false, false, events::add, now::get, new SecureRandom());
        reports = new KernelReports(context, tables, control);
        kernel = namespace.call(() -> NetlinkEvents.open(NetlinkSocket.XFRM, Xfrm.EVENT_GROUPS));
        kernel.start("test-events", reports);
    }

    @AfterEach
    void close() {
        reports.close();
        control.stop(() -> tables.close(true));
        kernel.close();
        namespace.close();
    }

    private String ip(String words) throws Exception {
        return namespace.command(("ip " + words).split(" "));
    }

    private long states() throws Exception {
        return ip("xfrm state").lines().filter(line -> line.startsWith("src ")).count();
    }

    /// What is done with the tables, on their thread.
    private void done(ControlThread.Question<Void> step) throws Exception {
        control.ask("do it", step).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private <E extends DataPlaneEvent> E next(Class<E> type) throws Exception {
        return assertInstanceOf(type, assertNotNullEvent(events.poll(60, TimeUnit.SECONDS)));
    }

    private static DataPlaneEvent assertNotNullEvent(DataPlaneEvent event) {
        assertNotNull(event, "no event came");
        return event;
    }

    private void addPolicy() throws Exception {
        addPolicy("wanted", TRAFFIC, GROUP);
    }

    private void addPolicy(String name, TrafficPair traffic, SaGroup group) throws Exception {
        done(() -> {
            tables.add(new Policy(name, 0, traffic, Policy.Protect.espTunnel(group, true)));
            return null;
        });
    }

    private void call(int host) throws Exception {
        call("10.2.0." + host);
    }

    private void call(String host) throws Exception {
        namespace.attempt("ping", "-c", "1", "-W", "1", "-I", "10.1.0.1", host);
    }

    /// One state waits for all of them.
    @Test
    void whoeverIsCalledTheKernelWaitsForOneTunnel() throws Exception {
        addPolicy();
        for (int host = 1; host <= MANY; host++) {
            call(host);
        }
        assertEquals("wanted", next(DataPlaneEvent.Acquire.class).policy());
        assertEquals(1, states(), ip("xfrm state"));
        assertEquals(1, reports.counters().get("acquires"));
    }

    /// While the peer of one is down the other is asked for.
    @Test
    void eachTunnelIsWaitedForByItself() throws Exception {
        addPolicy();
        addPolicy("other", new TrafficPair(TRAFFIC.local(), TrafficSelector.parse("10.3.0.0/16")), new SaGroup(4));
        call(1);
        assertEquals("wanted", next(DataPlaneEvent.Acquire.class).policy());
        call("10.3.0.1");
        assertEquals("other", next(DataPlaneEvent.Acquire.class).policy());
        assertEquals(2, states(), ip("xfrm state"));
    }

    /// The kernel asks once and then waits half a minute; if nobody heard it, it is to ask again.
    @Test
    void whatWasAskedForUnheardIsAskedForAgain() throws Exception {
        addPolicy();
        call(1);
        next(DataPlaneEvent.Acquire.class);
        assertEquals(1, states());
        now.set(now.get().plus(Duration.ofSeconds(2)));
        reports.missed();
        done(() -> null);
        assertEquals(0, states(), ip("xfrm state"));
        call(2);
        assertEquals("/10.2.0.2", next(DataPlaneEvent.Acquire.class).destination().toString());
    }

    @Test
    void limitsThatWereReachedUnheardAreFoundOnce() throws Exception {
        var gcm = EspTransform.aead(Cipher.AES_GCM_16, 128);
        var lasting = KernelSas.sa(gcm, Direction.INBOUND, 0x5001, Lifetime.UNLIMITED, false);
        var brief = KernelSas.sa(gcm, Direction.OUTBOUND, 0x5002, Lifetime.of(Duration.ofHours(1)), false);
        var gone = KernelSas.sa(gcm, Direction.OUTBOUND, 0x5003, Lifetime.UNLIMITED, false);
        done(() -> {
            for (var sa : List.of(lasting, brief, gone)) {
                try (PreparedSa prepared = PreparedSa.of(sa, now.get(), 0)) {
                    tables.associations().add(prepared);
                }
            }
            return null;
        });
        reports.missed();
        done(() -> null);
        assertTrue(events.isEmpty(), events.toString());
        ip("xfrm state delete dst 192.0.2.2 proto esp spi 0x5003");
        now.set(now.get().plus(Duration.ofHours(2)));
        reports.missed();
        assertEquals(new DataPlaneEvent.Expired(gone.id(), GROUP, true), next(DataPlaneEvent.Expired.class));
        assertEquals(new DataPlaneEvent.Expired(brief.id(), GROUP, false), next(DataPlaneEvent.Expired.class));
        reports.missed();
        done(() -> null);
        assertTrue(events.isEmpty(), events.toString());
    }
}
