package io.vanth.lab.kernel;

import io.vanth.dataplane.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// One way to protect packets. In transport mode outer and inner packet are one.
///
/// @param inUdp whether ESP travels in UDP (RFC 3948)
/// @param esn   whether sequence numbers have 64 bits
record Combination(Protection protection, Mode mode, Family outer, Family inner, boolean inUdp, boolean esn) {
    /// ESP in UDP, IPv4 in IPv4.
    static final Combination USUAL = new Combination(Protection.ESP, Mode.TUNNEL, Family.IPV4, Family.IPV4, true,
            false);
    /// The same with sequence numbers of 64 bits, and without UDP.
    static final Combination EXTENDED = new Combination(Protection.ESP, Mode.TUNNEL, Family.IPV4, Family.IPV4, false,
            true);
    static final Combination AH = new Combination(Protection.AH, Mode.TUNNEL, Family.IPV4, Family.IPV4, false, false);

    /// First those over IP itself: four protections, each in tunnel mode with four pairs of families and in transport
    /// mode with two families. Then ESP in UDP. Then extended sequence numbers, one of each mode. Then tunnels in tunnels.
    static Stream<Combination> all() {
        Stream<Combination> overIp = Protection.SINGLE.stream()
                .flatMap(protection -> of(protection, false).stream());
        Stream<Combination> extended = Stream.of(Protection.ESP, Protection.AH, Protection.ESP_AH)
                .flatMap(protection -> Arrays.stream(Mode.values()).map(mode -> new Combination(protection, mode,
                        Family.IPV4, Family.IPV4, false, true)));
        Stream<Combination> nested = Protection.NESTED.stream().flatMap(protection -> of(protection, false).stream()
                .filter(combination -> combination.mode == Mode.TUNNEL));
        return Stream.of(overIp, of(Protection.ESP, true).stream(), extended, nested,
                Stream.of(new Combination(Protection.ESP, Mode.TUNNEL, Family.IPV4, Family.IPV4, true, true)))
                .flatMap(combinations -> combinations);
    }

    private static List<Combination> of(Protection protection, boolean inUdp) {
        List<Combination> all = new ArrayList<>();
        for (Family outer : Family.values()) {
            for (Family inner : Family.values()) {
                all.add(new Combination(protection, Mode.TUNNEL, outer, inner, inUdp, false));
            }
        }
        for (Family family : Family.values()) {
            all.add(new Combination(protection, Mode.TRANSPORT, family, family, inUdp, false));
        }
        return all;
    }

    /// The address of the protected packets at the left host.
    String left() {
        return mode == Mode.TUNNEL ? inner.left().inner() : outer.left().outer();
    }

    /// The address of the protected packets at the right host.
    String right() {
        return mode == Mode.TUNNEL ? inner.right().inner() : outer.right().outer();
    }

    @Override
    public String toString() {
        String how = mode == Mode.TUNNEL ? "tunnel, %s in %s".formatted(inner, outer) : "transport, " + outer;
        return "%s%s, %s%s".formatted(protection, inUdp ? " in UDP" : "", how, esn ? ", ESN" : "");
    }
}
