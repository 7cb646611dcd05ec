package io.vanth.dataplane.testkit;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Integrity;
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
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.testkit.ConnectedPlanes.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static io.vanth.dataplane.testkit.ContractTunnel.done;

/// SAs of several layers between the two sides, the innermost first. What is around the innermost is of transport mode.
///
/// @param mode     of the innermost layer; in transport mode the outer addresses are the protected ones
/// @param ipv6     in tunnel mode: whether the protected packets are of IPv6, in a tunnel of IPv4
/// @param extended whether sequence numbers have 64 bits
record ContractBundle(ConnectedPlanes planes, List<Transform> transforms, Mode mode, boolean ipv6, boolean extended) {
    private static final SaGroup GROUP = new SaGroup(11);
    private static final int WINDOW = 64;

    /// Policies and SAs on both sides, both ways.
    void install() throws Exception {
        Side left = planes.left();
        Side right = planes.right();
        for (Side side : List.of(left, right)) {
            Side other = side.equals(left) ? right : left;
            done(side.plane().addPolicy(new Policy("layers", 1, traffic(side, other),
                    new Policy.Protect(GROUP, layers(), false))));
        }
        connect(left, right);
        connect(right, left);
    }

    /// What got no smaller comes without IPComp (RFC 3173 section 2.2).
    private List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        for (Transform transform : transforms) {
            layers.add(new Layer(transform.protocol(), layers.isEmpty() ? mode : Mode.TRANSPORT, Optional.empty(),
                    transform.protocol() != SecurityProtocol.IPCOMP));
        }
        return layers;
    }

    /// An address of `side` that is protected.
    String address(Side side) {
        if (mode == Mode.TRANSPORT) {
            return side.outer().getAddress().getHostAddress();
        }
        boolean atLeft = side.equals(planes.left());
        return ipv6 ? (atLeft ? "fd01::1" : "fd02::1") : (atLeft ? "10.1.0.1" : "10.2.0.1");
    }

    private TrafficPair traffic(Side own, Side other) {
        return new TrafficPair(selector(own), selector(other));
    }

    private TrafficSelector selector(Side side) {
        return TrafficSelector.of(AddressRange.parse(address(side)));
    }

    private void connect(Side sender, Side receiver) throws Exception {
        List<SecurityAssociation> inbound = new ArrayList<>();
        List<SecurityAssociation> outbound = new ArrayList<>();
        for (int index = 0; index < transforms.size(); index++) {
            SecurityProtocol protocol = transforms.get(index).protocol();
            SaId id = new SaId(protocol, receiver.outer().getAddress(),
                    done(receiver.plane().allocateSpi(protocol, receiver.outer().getAddress())));
            inbound.add(association(index, id, Direction.INBOUND, receiver, sender));
            outbound.add(association(index, id, Direction.OUTBOUND, sender, receiver));
        }
        done(receiver.plane().install(inbound));
        done(sender.plane().install(outbound));
    }

    private SecurityAssociation association(int index, SaId id, Direction direction, Side own, Side other) {
        Transform transform = transforms.get(index);
        byte[] key = new byte[transform.keyBytes()];
        new Random(id.spi().value()).nextBytes(key);
        int integrity = transform.integrity().map(Integrity::keyBytes).orElse(0);
        boolean inUdp = transform.protocol() == SecurityProtocol.ESP && index == transforms.size() - 1
                && own.outer().getPort() != 0;
        try (Secret cipherKey = Secret.copyOf(key, 0, key.length - integrity);
                Secret integrityKey = Secret.copyOf(key, key.length - integrity, integrity)) {
            return new SecurityAssociation(id, direction,
                    (direction == Direction.OUTBOUND ? own : other).outer().getAddress(),
                    index == 0 ? mode : Mode.TRANSPORT, transform, cipherKey.copy(), integrityKey.copy(),
                    List.of(traffic(own, other)),
                    inUdp
                            ? Optional.of(new UdpEncapsulation(own.outer().getPort(), other.outer().getPort()))
                            : Optional.empty(),
                    transform.protocol() == SecurityProtocol.IPCOMP
                            ? ReplayProtection.OFF
                            : new ReplayProtection(WINDOW, extended),
                    OuterHeader.DEFAULT, Lifetime.UNLIMITED, Lifetime.UNLIMITED, GROUP);
        }
    }
}
