package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkMessage;
import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.dataplane.spi.DataPlaneContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.vanth.dataplane.netlink.xfrm.KernelSas.GROUP;
import static io.vanth.dataplane.netlink.xfrm.KernelSas.HERE;
import static io.vanth.dataplane.netlink.xfrm.KernelSas.THERE;
import static io.vanth.dataplane.netlink.xfrm.KernelSas.TRAFFIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A peer behind NAT whose address changes, as a kernel with IPsec has it. The kernel's report of it is written here.
final class XfrmMoveKernelLab {
    private static final Transform GCM = EspTransform.aead(Cipher.AES_GCM_16, 128);
    private static final InetSocketAddress BEFORE = new InetSocketAddress(THERE, 4500);
    private static final int INBOUND = 0x6001;
    private static final int OUTBOUND = 0x6002;

    private final BlockingQueue<DataPlaneEvent> events = new LinkedBlockingQueue<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final ControlThread control = new ControlThread();
    private NetworkNamespace namespace;
    private KernelTables tables;
    private KernelReports reports;

    @BeforeEach
    void open() throws Exception {
        namespace = NetworkNamespace.create();
        ip("link add wan type veth peer name other");
        ip("addr add 192.0.2.1/24 dev wan");
        ip("link set other up");
        ip("link set wan up");
        tables = namespace.call(() -> KernelTables.open(false, events::add));
        reports = new KernelReports(new DataPlaneContext("", 0, false, false, events::add, now::get,
                new SecureRandom()), tables, control);
    }

    @AfterEach
    void close() {
        reports.close();
        control.stop(() -> tables.close(true));
        namespace.close();
    }

    private String ip(String words) throws Exception {
        return namespace.command(("ip " + words).split(" "));
    }

    private void done(ControlThread.Question<Void> step) throws Exception {
        control.ask("do it", step).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void install(SecurityAssociation... associations) throws Exception {
        Map<TunnelEnds.Leg, TunnelEnds.Ends> ends = new HashMap<>();
        done(() -> {
            for (SecurityAssociation sa : associations) {
                try (PreparedSa prepared = PreparedSa.of(sa, now.get(), 0)) {
                    tables.associations().add(prepared);
                }
                if (sa.direction() == Direction.OUTBOUND) {
                    ends.put(new TunnelEnds.Leg(GROUP, sa.id().protocol(), 0),
                            new TunnelEnds.Ends(sa.mode(), HERE, THERE));
                }
            }
            tables.lead(GROUP, ends);
            return null;
        });
    }

    private static SecurityAssociation esp(Mode mode, Direction direction) {
        return KernelSas.sa(GCM, mode, direction, direction == Direction.OUTBOUND ? OUTBOUND : INBOUND,
                Lifetime.UNLIMITED, true);
    }

    private static InetSocketAddress peer(int host) {
        return new InetSocketAddress(InetAddress.ofLiteral("192.0.2." + host), 4500);
    }

    /// `xfrm_user_mapping`, see [XfrmEventReader].
    private void comesFrom(InetSocketAddress peer) throws Exception {
        MessageWriter mapping = new MessageWriter("mapping", Xfrm.MAPPING, 0);
        Xfrm.address(mapping, HERE);
        mapping.networkU32(INBOUND).u16(Xfrm.family(HERE)).u8(SecurityProtocol.ESP.ipProtocol()).u8(0)
                .u32(OwnNumbers.requestId(GROUP));
        Xfrm.address(mapping, BEFORE.getAddress());
        Xfrm.address(mapping, peer.getAddress());
        mapping.networkU16(BEFORE.getPort()).networkU16(peer.getPort());
        reports.heard(NetlinkMessage.readAll(ByteBuffer.wrap(mapping.finish(1))).getFirst());
        done(() -> null);
    }

    private List<DataPlaneEvent> reported() {
        List<DataPlaneEvent> all = new ArrayList<>();
        events.drainTo(all);
        return all;
    }

    /// A peer with two tunnels can bring it about: the same SPI at the place where it then moves to.
    @Test
    void aMoveThatIsRefusedEndsItsTunnelAlone() throws Exception {
        SecurityAssociation in = esp(Mode.TUNNEL, Direction.INBOUND);
        SecurityAssociation out = esp(Mode.TUNNEL, Direction.OUTBOUND);
        install(in, out);
        ip("xfrm state add src 192.0.2.1 dst 192.0.2.77 proto esp spi 0x6002 reqid 9 mode tunnel"
                + " aead rfc4106(gcm(aes)) 0x" + "11".repeat(20) + " 128");
        comesFrom(peer(77));
        Set<SaId> expired = reported().stream().map(DataPlaneEvent.Expired.class::cast)
                .filter(DataPlaneEvent.Expired::hard).map(DataPlaneEvent.Expired::id).collect(Collectors.toSet());
        assertEquals(Set.of(in.id(), out.id()), expired);
        assertEquals(1, reports.counters().get("events_refused"));
        assertEquals(1, ip("xfrm state").lines().filter(line -> line.startsWith("src ")).count(), ip("xfrm state"));
    }

    @Test
    void withoutTheSocketNothingGoesOn() throws Exception {
        install(esp(Mode.TUNNEL, Direction.INBOUND));
        tables.xfrm().close();
        comesFrom(peer(77));
        assertTrue(reported().stream().anyMatch(DataPlaneEvent.Failed.class::isInstance));
        tables = namespace.call(() -> KernelTables.open(false, events::add));
    }

    /// Each move takes 65,536 numbers.
    @Test
    void aPeerThatMovesWithEveryPacketIsFollowedOnceASecond() throws Exception {
        install(esp(Mode.TUNNEL, Direction.INBOUND), esp(Mode.TUNNEL, Direction.OUTBOUND));
        comesFrom(peer(77));
        comesFrom(peer(78));
        assertEquals(1, reported().size());
        assertTrue(ip("xfrm state").contains("dst 192.0.2.77"), ip("xfrm state"));
        now.set(now.get().plus(Duration.ofSeconds(1)));
        comesFrom(peer(78));
        assertEquals(1, reported().size());
        assertTrue(ip("xfrm state").contains("dst 192.0.2.78"), ip("xfrm state"));
        assertTrue(ip("xfrm state").contains("oseq 0x20000"), ip("xfrm state"));
    }

    /// Compression makes the tunnel, ESP around it bears the same addresses.
    @Test
    void aWholeBundleMoves() throws Exception {
        var layers = List.of(new Layer(SecurityProtocol.IPCOMP, Mode.TUNNEL, Optional.empty(), false),
                new Layer(SecurityProtocol.ESP, Mode.TRANSPORT, Optional.empty(), true));
        done(() -> {
            tables.add(new Policy("p", 0, TRAFFIC, new Policy.Protect(GROUP, layers, true)));
            return null;
        });
        SecurityAssociation compressed = KernelSas.sa(new IpcompTransform(), Mode.TUNNEL, Direction.OUTBOUND, 0x1002,
                Lifetime.UNLIMITED, false);
        install(KernelSas.sa(new IpcompTransform(), Mode.TUNNEL, Direction.INBOUND, 0x1001, Lifetime.UNLIMITED, false),
                esp(Mode.TRANSPORT, Direction.INBOUND), compressed, esp(Mode.TRANSPORT, Direction.OUTBOUND));
        assertTrue(ip("xfrm policy").contains("dst 192.0.2.2"), ip("xfrm policy"));
        comesFrom(peer(77));
        assertEquals(1, reported().size());
        String tables = ip("xfrm state") + ip("xfrm policy");
        assertFalse(tables.contains("192.0.2.2\n") || tables.contains("192.0.2.2 "), tables);
        assertTrue(ip("xfrm state").replaceAll("\\s+", " ").contains("src 192.0.2.77 dst 192.0.2.1 proto comp"),
                tables);
        assertTrue(ip("xfrm policy").replaceAll("\\s+", " ").contains("tmpl src 192.0.2.1 dst 192.0.2.77 proto comp"),
                tables);
    }
}
