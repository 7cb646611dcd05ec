package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.crypto.IntegrityCode;
import io.vanth.dataplane.userspace.layer.Identifications;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Several layers make no garbage either: what is allocated is what the MACs do.
final class LayerAllocationTest {
    private static final EspTransform ESP = EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA1_96);
    private static final AhTransform AH = new AhTransform(Integrity.HMAC_SHA1_96);
    private static final int PACKETS = 16;
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.2");
    private static final TrafficPair TRAFFIC = new TrafficPair(
            TrafficSelector.of(AddressRange.parse("10.1.0.0/16")),
            TrafficSelector.of(AddressRange.parse("10.2.0.0/16")));
    private static final SaGroup GROUP = new SaGroup(1);
    private static final List<Transform> TRANSFORMS = List.of(new IpcompTransform(), ESP, AH);

    private final Tables tables = new Tables(new SecureRandom());
    private final AllocationTest.Device device = new AllocationTest.Device();
    private final AllocationTest.Socket socket = new AllocationTest.Socket();
    private final AgentCounters counters = new AgentCounters();
    private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private final byte[] packet = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[1000]);

    LayerAllocationTest() {
        socket.raw = true;
    }

    @Test
    void theOutboundAgentAllocatesNothing() throws Exception {
        for (int count = 0; count < PACKETS; count++) {
            device.packets.add(packet);
        }
        tables.associations().install(bundle());
        List<Layer> layers = new ArrayList<>();
        for (Transform transform : TRANSFORMS) {
            layers.add(Layer.required(transform.protocol(), mode(transform)));
        }
        tables.publish(tables.policies().with(
                new PolicyRule(new Policy("p", 1, TRAFFIC, new Policy.Protect(GROUP, layers, true)),
                        Optional.of(tables.associations().takeSlot(GROUP)))));
        OutboundAgent agent = new OutboundAgent(device, tables, new EngineProxy(device), new AllocationTest.Silent(),
                clock, counters);
        AllocationTest.assertNoMore(AllocationTest.allocated(agent::work), ofTheMacs(), PACKETS);
        assertTrue(socket.sent >= AllocationTest.ROUNDS * PACKETS);
    }

    /// The window is off, so that one packet can come again and again.
    @Test
    void theInboundAgentAllocatesNothing() throws Exception {
        Catcher catcher = new Catcher();
        List<PreparedSa> prepared = prepared(Direction.OUTBOUND);
        OutboundBundle bundle = new OutboundBundle(
                prepared.stream().map(each -> each.outbound(catcher, Instant.EPOCH)).toList());
        Lanes lanes = new Lanes(counters);
        OutboundLayers layers = new OutboundLayers(lanes, new AllocationTest.Silent(), counters);
        for (int count = 0; count < PACKETS; count++) {
            layers.send(bundle, Arrays.copyOf(packet, packet.length + EspSealer.TAILROOM), 0, packet.length, false, 0);
        }
        lanes.flush();
        assertEquals(PACKETS, catcher.caught.size());
        socket.datagrams.addAll(catcher.caught);
        tables.associations().install(new InboundBundle(
                prepared(Direction.INBOUND).stream().map(each -> each.inbound(socket, Instant.EPOCH)).toList())
                .layers());
        InboundAgent agent = new InboundAgent(socket, device, tables, new AllocationTest.Silent(), clock, counters);
        AllocationTest.assertNoMore(AllocationTest.allocated(agent::work), ofTheMacs(), PACKETS);
        Map<String, Long> sums = new HashMap<>();
        counters.addTo(sums);
        assertTrue(sums.get("inbound_packets") >= AllocationTest.ROUNDS * PACKETS, sums::toString);
    }

    private OutboundBundle bundle() throws Exception {
        return new OutboundBundle(
                prepared(Direction.OUTBOUND).stream().map(each -> each.outbound(socket, Instant.EPOCH)).toList());
    }

    private static List<PreparedSa> prepared(Direction direction) throws Exception {
        List<PreparedSa> all = new ArrayList<>();
        boolean out = direction == Direction.OUTBOUND;
        for (Transform transform : TRANSFORMS) {
            // What is sealed here is opened here: the addresses are those of the packets that come.
            SaId id = new SaId(transform.protocol(), PEER, new Spi(0x100));
            all.add(PreparedSa.of(new SecurityAssociation(id, direction, HERE, mode(transform), transform,
                    Secret.copyOf(new byte[0]), Secret.copyOf(new byte[transform.keyBytes()]),
                    List.of(out
                            ? TRAFFIC
                            : new TrafficPair(/* local= */ TRAFFIC.remote(), /* remote= */ TRAFFIC.local())),
                    Optional.empty(),
                    ReplayProtection.OFF, OuterHeader.DEFAULT, Lifetime.UNLIMITED, Lifetime.UNLIMITED, GROUP),
                    new SecureRandom(), new Identifications(0), 1400));
        }
        return all;
    }

    private static Mode mode(Transform transform) {
        return transform instanceof IpcompTransform ? Mode.TUNNEL : Mode.TRANSPORT;
    }

    /// Two MACs for each packet.
    private static long ofTheMacs() throws Exception {
        IntegrityCode code = IntegrityCode.of(Integrity.HMAC_SHA1_96, false, new byte[20]);
        byte[] bytes = new byte[100];
        return AllocationTest.allocated(() -> {
            for (int count = 0; count < 2 * PACKETS; count++) {
                code.update(bytes, 0, bytes.length);
                code.write(0, bytes, 0);
            }
        });
    }

    /// Keeps what is sent.
    private static final class Catcher implements EspTransport {
        private final List<byte[]> caught = new ArrayList<>();

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress(HERE, 0);
        }

        @Override
        public int receive(PacketBatch batch) {
            return 0;
        }

        @Override
        public void awaitReadable(long timeoutNanos) {}

        @Override
        public void wakeup() {}

        @Override
        public int send(PacketBatch batch) {
            for (int index = 0; index < batch.count(); index++) {
                assertEquals(new Endpoint(new InetSocketAddress(PEER, 0)), batch.peer(index));
                caught.add(Arrays.copyOfRange(batch.bytes(), batch.offset(index),
                        batch.offset(index) + batch.length(index)));
            }
            return batch.count();
        }

        @Override
        public void close() {}
    }
}
