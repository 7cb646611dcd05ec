package io.vanth.lab.kernel;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The protected packets of one direction.
///
/// @param source the outer address of the sender
/// @param from   the network or address that the packets come from, as CIDR
/// @param bundle innermost first
/// @param inUdp  whether ESP travels in UDP, from port 4500 to port 4500
/// @param esn    whether sequence numbers have 64 bits
record Flow(String source, String destination, String from, String to, List<PlannedSa> bundle, boolean inUdp,
        boolean esn) {
    /// The port of both ends.
    static final int PORT = 4500;
    /// Packets of the replay window.
    static final int WINDOW = 64;
    /// Where a test is not about the transform.
    static final AhTransform AH = new AhTransform(Integrity.HMAC_SHA2_256_128);
    private static final int FIRST_SPI = 0x1100;

    static Flow leftToRight(Combination combination, EspTransform esp, AhTransform ah) {
        return of(combination, bundle(combination, esp, ah, FIRST_SPI), combination.outer().left(),
                combination.outer().right(), combination.inner().left(), combination.inner().right());
    }

    static Flow rightToLeft(Combination combination, EspTransform esp, AhTransform ah) {
        return of(combination, bundle(combination, esp, ah, 2 * FIRST_SPI), combination.outer().right(),
                combination.outer().left(), combination.inner().right(), combination.inner().left());
    }

    private static Flow of(Combination combination, List<PlannedSa> bundle, Family.End outerSource,
            Family.End outerDestination, Family.End source, Family.End destination) {
        boolean tunnel = combination.mode() == Mode.TUNNEL;
        return new Flow(outerSource.outer(), outerDestination.outer(),
                tunnel ? source.network() : host(outerSource), tunnel ? destination.network() : host(outerDestination),
                bundle, combination.inUdp(), combination.esn());
    }

    private static String host(Family.End end) {
        return end.outer() + (end.outer().contains(":") ? "/128" : "/32");
    }

    /// What is around the innermost SA adds no header of IP (RFC 2401 section 4.3), unless tunnels are nested.
    private static List<PlannedSa> bundle(Combination combination, EspTransform esp, AhTransform ah, int firstSpi) {
        List<PlannedSa> bundle = new ArrayList<>();
        for (SecurityProtocol protocol : combination.protection().protocols()) {
            Transform transform = switch (protocol) {
                case ESP -> esp;
                case AH -> ah;
                case IPCOMP -> new IpcompTransform();
            };
            byte[] key = new byte[transform.keyBytes()];
            new Random(firstSpi + bundle.size()).nextBytes(key);
            bundle.add(new PlannedSa(firstSpi + bundle.size(), bundle.size() + 1,
                    mode(combination, bundle.isEmpty()), transform, key));
        }
        return bundle;
    }

    private static Mode mode(Combination combination, boolean innermost) {
        return innermost || combination.protection().isNested() ? combination.mode() : Mode.TRANSPORT;
    }
}
