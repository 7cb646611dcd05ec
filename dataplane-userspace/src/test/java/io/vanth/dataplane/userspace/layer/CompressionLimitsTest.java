package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.IpcompTransform;
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
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpcompHeader;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A compressor holds memory outside of the heap, which an SA gives back when it ends, and makes packets no longer than IP
/// allows.
final class CompressionLimitsTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.2");

    @Test
    void anSaThatEndsGivesItsCompressorBack() throws Exception {
        var network = new InMemoryNetwork(new Random(1)).open(new InetSocketAddress(HERE, 4500));
        Endpoint peer = new Endpoint(new InetSocketAddress(PEER, 0));
        OutboundSa outbound = new OutboundSa(association(Direction.OUTBOUND), network, peer, Instant.EPOCH,
                new IpcompWrapper(association(Direction.OUTBOUND), new Identifications(0)));
        InboundSa inbound = new InboundSa(association(Direction.INBOUND), network, peer, Instant.EPOCH,
                new IpcompUnwrapper(association(Direction.INBOUND)));
        byte[] plain = Arrays.copyOf(InnerPackets.udp("10.1.0.1", 7, "10.2.0.1", 7, new byte[500]), 600);
        byte[] out = new byte[4096];
        int length = outbound.wrapper().wrap(0, plain, 0, 528, out, 0);
        assertTrue(length > 0);
        SecuredPacket packet = new SecuredPacket();
        assertTrue(packet.read(out, 0, length));
        byte[] back = new byte[70_000];
        assertEquals(528, inbound.unwrapper().unwrap(0, packet, peer, back, 0));
        outbound.end();
        inbound.end();
        assertEquals(Wrapper.ENDED, outbound.wrapper().wrap(0, plain, 0, 528, out, 0));
        assertEquals(Unwrapper.ENDED, inbound.unwrapper().unwrap(0, packet, peer, back, 0));
    }

    /// Security requirement S-24: what is inflated is bounded by what IP can carry.
    @ParameterizedTest
    @CsvSource({"65535, true", "65536, false", "10000000, false"})
    void aPacketInflatesToTheLongestOfIpAndNoFurther(int inflated, boolean taken) {
        byte[] content = new byte[inflated];
        content[0] = 0x45;
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] bytes = new byte[60_000];
        int header = Ipv4Header.MIN_LENGTH + IpcompHeader.LENGTH;
        int length = header + deflater.deflate(bytes, header, bytes.length - header);
        assertTrue(deflater.finished());
        deflater.end();
        Ipv4Header.write(bytes, 0, length, 64, IpProtocol.IPCOMP);
        IpcompHeader.write(bytes, Ipv4Header.MIN_LENGTH, IpProtocol.IPV4, 0x100);
        SecuredPacket packet = new SecuredPacket();
        assertTrue(packet.read(bytes, 0, length));
        IpcompUnwrapper unwrapper = new IpcompUnwrapper(association(Direction.INBOUND));
        byte[] out = new byte[unwrapper.spaceFor(packet)];
        int result = unwrapper.unwrap(0, packet, new Endpoint(new InetSocketAddress(PEER, 0)), out, 0);
        assertEquals(taken ? inflated : Unwrapper.BAD_COMPRESSION, result);
        unwrapper.close();
    }

    private static SecurityAssociation association(Direction direction) {
        boolean out = direction == Direction.OUTBOUND;
        return new SecurityAssociation(new SaId(SecurityProtocol.IPCOMP, out ? PEER : HERE, new Spi(0x100)), direction,
                out ? HERE : PEER, Mode.TUNNEL, new IpcompTransform(), Secret.copyOf(new byte[0]),
                Secret.copyOf(new byte[0]), List.of(), Optional.empty(), ReplayProtection.OFF, OuterHeader.DEFAULT,
                Lifetime.UNLIMITED, Lifetime.UNLIMITED, new SaGroup(1));
    }
}
