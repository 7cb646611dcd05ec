package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.layer.EspUnwrapper;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Policies and SAs in any number, and packets for them.
final class LookupTables {
    static final int SHAPES = 8;
    static final int HEADER = 8;
    private static final int NETWORK = 2048;
    private static final int LONGEST = 28;
    private static final int SHORTEST = 24;
    private static final int FIRST = 10 << 24;
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 4500);
    private static final TrafficSelector LOCAL = TrafficSelector.parse("172.16.0.0/12");
    private static final EspTransform TRANSFORM = EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA1_96);

    private final int entries;
    private final Random random = new Random(6);
    private final int[] spis;
    private final List<InboundSa> associations = new ArrayList<>();
    private final EspTransport transport;

    LookupTables(int entries) throws Exception {
        this.entries = entries;
        this.spis = random.ints().filter(spi -> Integer.compareUnsigned(spi, Spi.MIN) >= 0).distinct().limit(entries)
                .toArray();
        transport = new InMemoryNetwork(random).open(new InetSocketAddress(HERE, 4500));
        EspOpener opener = EspOpener.of(TRANSFORM, new byte[TRANSFORM.keyBytes()]);
        for (int spi : spis) {
            SecurityAssociation association = association(spi);
            associations.add(new InboundSa(association, transport, new Endpoint(PEER), Instant.EPOCH,
                    new EspUnwrapper(association, opener)));
        }
    }

    private static SecurityAssociation association(int spi) {
        return new SecurityAssociation(new SaId(SecurityProtocol.ESP, HERE, new Spi(spi)), Direction.INBOUND,
                PEER.getAddress(), Mode.TUNNEL, TRANSFORM, Secret.copyOf(new byte[0]),
                Secret.copyOf(new byte[TRANSFORM.keyBytes()]), List.of(),
                Optional.of(new UdpEncapsulation(4500, 4500)), ReplayProtection.window(64), OuterHeader.DEFAULT,
                Lifetime.UNLIMITED, Lifetime.UNLIMITED, new SaGroup(1));
    }

    EspTransport transport() {
        return transport;
    }

    List<InboundSa> associations() {
        return associations;
    }

    /// Each with its own remote network, whose prefixes have one of `shapes` lengths.
    PolicyDatabase policies(int shapes) {
        PolicyDatabase database = PolicyDatabase.EMPTY;
        for (int number = 0; number < entries; number++) {
            database = with(database, "p", number, shapes == 1 ? SHORTEST : LONGEST - number % shapes);
        }
        return database;
    }

    /// With so many more, whose names start so.
    PolicyDatabase addTo(PolicyDatabase database, String names) {
        PolicyDatabase more = database;
        for (int number = 0; number < entries; number++) {
            more = with(more, names, number, SHORTEST);
        }
        return more;
    }

    private static PolicyDatabase with(PolicyDatabase database, String names, int number, int prefix) {
        TrafficPair traffic = new TrafficPair(LOCAL, TrafficSelector.of(AddressRange.network(remote(number), prefix)));
        return database.with(
                new PolicyRule(new Policy(names + number, 1, traffic, new Policy.Bypass()), Optional.empty()));
    }

    private static InetAddress remote(int number) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(Integer.BYTES).putInt(FIRST + number * NETWORK).array());
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Packets of so many flows for `targets` of the policies.
    PacketView[] packets(int flows, int targets) {
        PacketView[] views = new PacketView[flows];
        for (int flow = 0; flow < flows; flow++) {
            byte[] packet = InnerPackets.udp("172.16.0.1", 1024 + flow, remote(target(targets)).getHostAddress(), 53,
                    new byte[0]);
            views[flow] = new PacketView();
            if (!views[flow].read(packet, 0, packet.length)) {
                throw new AssertionError("packet " + flow);
            }
        }
        return views;
    }

    /// ESP headers, one behind the other, for the SAs of which `targets` have packets.
    byte[] headers(int count, int targets) {
        ByteBuffer headers = ByteBuffer.allocate(count * HEADER);
        for (int packet = 0; packet < count; packet++) {
            headers.putInt(spis[target(targets)]).putInt(packet);
        }
        return headers.array();
    }

    /// The last ones: those that a look at one after the other finds last.
    private int target(int targets) {
        return entries - 1 - random.nextInt(targets);
    }
}
