package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Direction;
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
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.crypto.IntegrityCode;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Security requirement S-24 for AH: garbage of every length from 0 to 200 ends with a reason, whatever the algorithm.
final class AhGarbageTest {
    private static final int LONGEST = 200;
    private static final int LENGTH_FIELD = 1;

    @ParameterizedTest
    @EnumSource
    void refusesGarbageOfAnyLength(Integrity algorithm) throws Exception {
        Random random = new Random(algorithm.keyBytes());
        for (boolean ipv6 : new boolean[]{false, true}) {
            for (Mode mode : Mode.values()) {
                AhTransform transform = new AhTransform(algorithm);
                byte[] key = new byte[transform.keyBytes()];
                random.nextBytes(key);
                AhUnwrapper unwrapper = new AhUnwrapper(association(transform, mode, ipv6, key), transform,
                        IntegrityCode.of(algorithm, false, key));
                Set<Integer> reasons = new HashSet<>();
                for (int length = 0; length <= LONGEST; length++) {
                    for (int headerWords = -1; headerWords < 16; headerWords++) {
                        reasons.add(refusal(unwrapper, garbage(random, length, headerWords), ipv6));
                    }
                }
                assertEquals(Set.of(EspOpener.TOO_SHORT, EspOpener.BAD_ALIGNMENT, EspOpener.BAD_INTEGRITY), reasons);
            }
        }
    }

    /// @param headerWords what the length field says, less than 0 for anything
    private static byte[] garbage(Random random, int length, int headerWords) {
        byte[] garbage = new byte[length];
        random.nextBytes(garbage);
        if (headerWords >= 0 && length > LENGTH_FIELD) {
            garbage[LENGTH_FIELD] = (byte) headerWords;
        }
        return garbage;
    }

    /// What is too short for an SPI does not get as far as an SA.
    private static int refusal(AhUnwrapper unwrapper, byte[] garbage, boolean ipv6) throws Exception {
        int header = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
        byte[] packet = new byte[header + garbage.length];
        System.arraycopy(garbage, 0, packet, header, garbage.length);
        if (ipv6) {
            Ipv6Header.write(packet, 0, garbage.length, 64, IpProtocol.AH);
        } else {
            Ipv4Header.write(packet, 0, packet.length, 64, IpProtocol.AH);
        }
        SecuredPacket read = new SecuredPacket();
        assertTrue(read.read(packet, 0, packet.length));
        return read.holdsSpi()
                ? unwrapper.unwrap(1, read, new Endpoint(new InetSocketAddress(address(ipv6), 0)),
                        new byte[unwrapper.spaceFor(read)], 0)
                : Unwrapper.TOO_SHORT;
    }

    private static InetAddress address(boolean ipv6) {
        return InetAddress.ofLiteral(ipv6 ? "2001:db8::1" : "192.0.2.1");
    }

    private static SecurityAssociation association(AhTransform transform, Mode mode, boolean ipv6, byte[] key) {
        return new SecurityAssociation(new SaId(SecurityProtocol.AH, address(ipv6), new Spi(0x100)), Direction.INBOUND,
                address(ipv6), mode, transform, Secret.copyOf(new byte[0]), Secret.copyOf(key), List.of(),
                Optional.empty(), ReplayProtection.window(64), OuterHeader.DEFAULT, Lifetime.UNLIMITED,
                Lifetime.UNLIMITED, new SaGroup(1));
    }
}
