package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.layer.EspUnwrapper;
import io.vanth.dataplane.userspace.layer.EspWrapper;
import io.vanth.dataplane.userspace.layer.Identifications;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.sad.InboundBundle;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.InstalledSa;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/// The events that RFC 4301 and RFC 4303 want audited, with what they want told, and not more of them than a log bears.
final class AuditTest {
    private static final EspTransform ESP = EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA1_96);
    private static final byte[] KEYS = new byte[20];
    private static final int SPI = 0x5151_0001;
    private static final int IPV4 = 4;
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 0);
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0);
    private static final long NOW = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
    private static final byte[] GOOD = InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[20]);
    private static final byte[] FOREIGN = InnerPackets.udp("10.9.0.1", 7, "10.2.0.1", 7, new byte[20]);

    private final List<AuditEvent> events = new ArrayList<>();
    private final AgentCounters counters = new AgentCounters();
    private final Tables tables = new Tables(new SecureRandom());
    private final Recorder recorder = new Recorder();
    private EspTransport transport;
    private InboundLayers layers;

    @BeforeEach
    void install() throws Exception {
        transport = new InMemoryNetwork(new Random(1)).open(HERE);
        SecurityAssociation association = association(Direction.INBOUND);
        tables.associations().install(new InboundBundle(List.of(new InboundSa(association, transport,
                new Endpoint(PEER), Instant.EPOCH, new EspUnwrapper(association, EspOpener.of(ESP, KEYS))))).layers());
        layers = new InboundLayers(transport, new AllocationTest.Device(), tables, recorder, counters);
        layers.start(NOW);
    }

    @Test
    void eachKindIsToldWithWhatIdentifiesThePacket() throws Exception {
        receive(sealed(SPI + 1, 9, GOOD));
        receive(sealed(SPI, 10, GOOD));
        receive(sealed(SPI, 10, GOOD));
        byte[] forged = sealed(SPI, 11, GOOD);
        forged[forged.length - 1] ^= 1;
        receive(forged);
        receive(sealed(SPI, 12, FOREIGN));
        byte[] fragment = sealed(SPI, 13, GOOD);
        NetworkOrder.put16(fragment, Ipv4Header.FRAGMENT_OFFSET, Ipv4Header.MORE_FRAGMENTS);
        Ipv4Header.writeChecksum(fragment, 0);
        layers.refuseFragment(read(fragment), new Endpoint(PEER));
        String where = ", from 192.0.2.1 to 192.0.2.2, sequence number %d, at 2026-01-02T03:04:05Z";
        assertEquals(List.of("no SA has the SPI of a packet: SPI 0x51510002" + where.formatted(9),
                "a packet came twice or too late: SPI 0x51510001" + where.formatted(10),
                "a packet is forged or damaged: SPI 0x51510001" + where.formatted(11),
                "a packet came through an SA that is not for it: SPI 0x51510001" + where.formatted(12),
                "a fragment came to be opened: SPI 0x51510001" + where.formatted(13)),
                events.stream().map(AuditEvent::toString).toList());
    }

    @Test
    void aFloodIsCountedAndToldNowAndThen() throws Exception {
        for (int count = 0; count < 1000; count++) {
            receive(sealed(SPI + 1, count, GOOD));
        }
        assertEquals(2, events.size());
        layers.start(NOW + 1000);
        receive(sealed(SPI + 1, 1000, GOOD));
        assertEquals(3, events.size());
        assertEquals(998, events.getLast().more());
    }

    /// RFC 4303 section 3.3.3: "the sender MUST NOT send a packet on an SA if doing so would cause the sequence number to
    /// cycle. An attempt ... is an auditable event."
    @Test
    void theLastNumberIsToldAndNoneComesAfterIt() throws Exception {
        SecurityAssociation association = association(Direction.OUTBOUND);
        OutboundSa last = new OutboundSa(association, transport, new Endpoint(PEER), Instant.EPOCH,
                new EspWrapper(association, EspSealer.of(ESP, KEYS, new SecureRandom()), new Identifications(0), 1400),
                0xFFFF_FFFEL);
        OutboundBundle bundle = new OutboundBundle(List.of(last));
        OutboundLayers out = new OutboundLayers(new Lanes(counters), recorder, counters);
        byte[] plain = Arrays.copyOf(GOOD, GOOD.length + EspSealer.TAILROOM);
        out.send(bundle, plain, 0, GOOD.length, false, NOW);
        out.send(bundle, plain, 0, GOOD.length, false, NOW);
        assertEquals(List.of("the sequence numbers of an SA are used up: SPI 0x51510001, from 192.0.2.2 to 192.0.2.1, "
                + "sequence number 4294967295, at 2026-01-02T03:04:05Z"),
                events.stream().map(AuditEvent::toString).toList());
        assertThrows(IllegalStateException.class, last::nextSequence);
    }

    private void receive(byte[] packet) throws Exception {
        layers.open(read(packet), new Endpoint(PEER));
    }

    private static SecuredPacket read(byte[] packet) {
        SecuredPacket read = new SecuredPacket();
        if (!read.read(packet, 0, packet.length)) {
            throw new AssertionError(Arrays.toString(packet));
        }
        return read;
    }

    private static byte[] sealed(int spi, int sequence, byte[] inner) throws Exception {
        byte[] out = new byte[400];
        int length = EspSealer.of(ESP, KEYS, new SecureRandom()).seal(spi, sequence, IPV4,
                Arrays.copyOf(inner, inner.length + EspSealer.TAILROOM), 0, inner.length, out, Ipv4Header.MIN_LENGTH);
        System.arraycopy(PEER.getAddress().getAddress(), 0, out, Ipv4Header.SOURCE_OFFSET, 4);
        System.arraycopy(HERE.getAddress().getAddress(), 0, out, Ipv4Header.DESTINATION_OFFSET, 4);
        Ipv4Header.write(out, 0, Ipv4Header.MIN_LENGTH + length, 64, IpProtocol.ESP);
        return Arrays.copyOf(out, Ipv4Header.MIN_LENGTH + length);
    }

    private static SecurityAssociation association(Direction direction) {
        boolean out = direction == Direction.OUTBOUND;
        SaId id = new SaId(SecurityProtocol.ESP, (out ? PEER : HERE).getAddress(), new Spi(SPI));
        TrafficPair traffic = new TrafficPair(TrafficSelector.parse("10.2.0.0/16"),
                TrafficSelector.parse("10.1.0.0/16"));
        return new SecurityAssociation(id, direction, (out ? HERE : PEER).getAddress(), Mode.TUNNEL, ESP,
                Secret.copyOf(new byte[0]), Secret.copyOf(KEYS), List.of(traffic), Optional.empty(),
                ReplayProtection.window(64), OuterHeader.DEFAULT, Lifetime.UNLIMITED, Lifetime.UNLIMITED,
                new SaGroup(1));
    }

    private final class Recorder implements ControlProxy {
        @Override
        public void limitReached(InstalledSa association, LifetimeMeter.Limit limit) {}

        @Override
        public void peerMoved(InboundSa association, Endpoint before, Endpoint now) {
            throw new AssertionError(now);
        }

        @Override
        public void report(DataPlaneEvent event) {}

        @Override
        public void audit(AuditEvent event) {
            events.add(event);
        }

        @Override
        public void agentFailed(String agent, Throwable cause) {
            throw new AssertionError(agent, cause);
        }

        @Override
        public void deviceLost(Agent agent, DeviceLostException cause) {
            throw new AssertionError(agent + "", cause);
        }
    }
}
