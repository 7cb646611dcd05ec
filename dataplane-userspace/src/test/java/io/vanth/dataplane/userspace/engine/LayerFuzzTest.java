package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.testkit.InnerPackets;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A peer that holds the keys of the outermost SA seals whatever it likes: each packet arrives or is dropped with a
/// reason, and the engine goes on.
final class LayerFuzzTest {
    private static final int ROUNDS = 5000;
    private static final EspTransform ESP = EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA1_96);
    private static final int[] NEXT_HEADERS = {IpProtocol.IPV4, IpProtocol.IPV6, IpProtocol.AH, IpProtocol.IPCOMP,
            IpProtocol.ESP, IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMPV6, IpProtocol.NONE, IpProtocol.FRAGMENT,
            IpProtocol.HOP_BY_HOP, IpProtocol.DESTINATION_OPTIONS};

    @ParameterizedTest
    @CsvSource({"TUNNEL, false, false", "TUNNEL, true, false", "TRANSPORT, false, false", "TRANSPORT, true, false",
            "TRANSPORT, false, true", "TUNNEL, false, true"})
    void survivesARoguePeer(Mode mode, boolean ipv6, boolean inUdp) throws Exception {
        Random random = new Random(20260103);
        try (InMemoryPlanes planes = new InMemoryPlanes()) {
            String prefix = ipv6 ? "2001:db8::%d" : "192.0.2.%d";
            String length = ipv6 ? "/128" : "/32";
            Layering layering = new Layering(planes, ipv6, prefix.formatted(1) + length, prefix.formatted(2) + length,
                    List.of(Layering.raw(new IpcompTransform(), mode), Layering.ah(Integrity.HMAC_SHA1_96, mode),
                            new Layering.Step(ESP, mode, inUdp)));
            layering.addPolicies(false);
            int spi = layering.connect(true).getLast().spi().value();
            byte[] key = new byte[20];
            Random keys = new Random(7);
            keys.nextBytes(key);
            keys.nextBytes(key);
            EspSealer sealer = EspSealer.of(ESP, key, new SecureRandom());
            byte[] good = InnerPackets.udp(prefix.formatted(1), 7, prefix.formatted(2), 7, new byte[20]);
            int arrived = 0;
            for (int round = 1; round <= ROUNDS; round++) {
                deliver(planes, ipv6, inUdp, sealed(sealer, spi, round, random, good));
                while (dropped(planes) + arrived < round) {
                    arrived += planes.rightTun().take(Duration.ofNanos(1)).isPresent() ? 1 : 0;
                }
            }
            assertEquals(0, planes.right().plane().counters().get(DropReason.INTERNAL_ERROR.counterName()));
            assertEquals(0, planes.right().plane().counters().get(DropReason.INBOUND_BAD_INTEGRITY.counterName()));
            assertTrue(dropped(planes) > 0, "dummies at least");
        }
    }

    private static byte[] sealed(EspSealer sealer, int spi, int sequence, Random random, byte[] good)
            throws Exception {
        byte[] payload = random.nextInt(4) == 0
                ? new byte[random.nextInt(100)]
                : Arrays.copyOf(good,
                        random.nextInt(good.length + 1));
        if (payload.length < good.length && random.nextBoolean()) {
            random.nextBytes(payload);
        }
        for (int change = random.nextInt(4); change > 0 && payload.length > 0; change--) {
            payload[random.nextInt(payload.length)] = (byte) random.nextInt();
        }
        byte[] out = new byte[400];
        int length = sealer.seal(spi, sequence, NEXT_HEADERS[random.nextInt(NEXT_HEADERS.length)],
                Arrays.copyOf(payload, payload.length + EspSealer.TAILROOM), 0, payload.length, out, 0);
        return Arrays.copyOf(out, length);
    }

    private static void deliver(InMemoryPlanes planes, boolean ipv6, boolean inUdp, byte[] esp) {
        InetAddress from = ipv6 ? InMemoryPlanes.LEFT_6 : InMemoryPlanes.LEFT.getAddress();
        InetAddress to = ipv6 ? InMemoryPlanes.RIGHT_6 : InMemoryPlanes.RIGHT.getAddress();
        int header = inUdp ? 0 : ipv6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        byte[] packet = new byte[header + esp.length];
        System.arraycopy(esp, 0, packet, header, esp.length);
        if (!inUdp) {
            int length = from.getAddress().length;
            System.arraycopy(from.getAddress(), 0, packet, header - 2 * length, length);
            System.arraycopy(to.getAddress(), 0, packet, header - length, length);
            if (ipv6) {
                Ipv6Header.write(packet, 0, esp.length, 64, IpProtocol.ESP);
            } else {
                Ipv4Header.write(packet, 0, packet.length, 64, IpProtocol.ESP);
            }
        }
        int port = inUdp ? 4500 : 0;
        assertTrue(planes.network().deliver(new InMemoryNetwork.Datagram(new InetSocketAddress(from, port),
                new InetSocketAddress(to, port), packet)));
    }

    private static long dropped(InMemoryPlanes planes) {
        return planes.right().plane().counters().entrySet().stream()
                .filter(each -> each.getKey().startsWith("dropped_")).mapToLong(java.util.Map.Entry::getValue).sum();
    }
}
