package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.Direction;
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
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A bundle of SAs from the left-hand engine to the right-hand one and back, as a test wants it.
final class Layering {
    static final SaGroup GROUP = new SaGroup(9);
    private static final int PORT = 4500;

    /// One layer; the outermost comes last.
    record Step(Transform transform, Mode mode, boolean inUdp) {}

    private final InMemoryPlanes planes;
    private final InetAddress left;
    private final InetAddress right;
    private TrafficPair traffic;
    /// The traffic as the right-hand side sees it.
    private TrafficPair seen;
    private final List<Step> steps;
    private final Random keys = new Random(7);
    private ReplayProtection replay = ReplayProtection.window(64);
    private OuterHeader outer = OuterHeader.DEFAULT;
    private int nextSpi = 0x1000;
    private boolean byPolicy;

    /// @param ipv6 whether the tunnels' ends or the hosts have IPv6 addresses
    Layering(InMemoryPlanes planes, boolean ipv6, String leftNet, String rightNet, List<Step> steps) {
        this.planes = planes;
        this.left = ipv6 ? InMemoryPlanes.LEFT_6 : InMemoryPlanes.LEFT.getAddress();
        this.right = ipv6 ? InMemoryPlanes.RIGHT_6 : InMemoryPlanes.RIGHT.getAddress();
        this.traffic = new TrafficPair(TrafficSelector.of(AddressRange.parse(leftNet)),
                TrafficSelector.of(AddressRange.parse(rightNet)));
        this.seen = turned(traffic);
        this.steps = List.copyOf(steps);
    }

    /// Protects UDP from and to that port alone.
    Layering port(int port) {
        traffic = new TrafficPair(udp(traffic.local(), port), udp(traffic.remote(), port));
        seen = turned(traffic);
        return this;
    }

    private static TrafficSelector udp(TrafficSelector of, int port) {
        return new TrafficSelector(of.addresses(), IpProtocol.UDP, port, port);
    }

    /// A NAT gives the left-hand side another address.
    Layering seenAs(String address) {
        seen = new TrafficPair(/* local= */ traffic.remote(), /* remote= */ TrafficSelector.parse(address));
        return this;
    }

    /// The SAs have no selectors of their own.
    Layering byPolicy() {
        byPolicy = true;
        return this;
    }

    Layering replay(ReplayProtection now) {
        replay = now;
        return this;
    }

    Layering outer(OuterHeader now) {
        outer = now;
        return this;
    }

    /// Policies on both sides and SAs in both directions.
    Layering install() throws Exception {
        addPolicies(true);
        connect(true);
        connect(false);
        return this;
    }

    void addPolicies(boolean required) throws Exception {
        List<Layer> layers = steps.stream()
                .map(step -> new Layer(step.transform().protocol(), step.mode(), Optional.empty(), required)).toList();
        Policy.Protect action = new Policy.Protect(GROUP, layers, true);
        planes.left().plane().addPolicy(new Policy("layers", 1, traffic, action)).toCompletableFuture().get();
        planes.right().plane().addPolicy(new Policy("layers", 1, seen, action)).toCompletableFuture().get();
    }

    private static TrafficPair turned(TrafficPair pair) {
        return new TrafficPair(/* local= */ pair.remote(), /* remote= */ pair.local());
    }

    /// SAs of one direction; their ids, the outermost last.
    List<SaId> connect(boolean toRight) throws Exception {
        return connect(toRight, 0);
    }

    /// The same, but the sender leaves the innermost ones out.
    List<SaId> connect(boolean toRight, int leftOut) throws Exception {
        List<SecurityAssociation> inbound = new ArrayList<>();
        List<SecurityAssociation> outbound = new ArrayList<>();
        for (Step step : steps) {
            SaId id = new SaId(step.transform().protocol(), toRight ? right : left, new Spi(nextSpi++));
            byte[] key = new byte[step.transform().keyBytes()];
            keys.nextBytes(key);
            inbound.add(association(step, id, Direction.INBOUND, key, toRight ? seen : traffic));
            outbound.add(association(step, id, Direction.OUTBOUND, key, toRight ? traffic : seen));
        }
        var receiver = toRight ? planes.right().plane() : planes.left().plane();
        var sender = toRight ? planes.left().plane() : planes.right().plane();
        receiver.install(inbound).toCompletableFuture().get();
        sender.install(outbound.subList(leftOut, outbound.size())).toCompletableFuture().get();
        return inbound.stream().map(SecurityAssociation::id).toList();
    }

    /// The SAs towards the right-hand side, on another data plane than the left-hand one.
    void installOn(DataPlane plane) throws Exception {
        List<SecurityAssociation> outbound = new ArrayList<>();
        for (Step step : steps) {
            outbound.add(association(step, new SaId(step.transform().protocol(), right, new Spi(nextSpi++)),
                    Direction.OUTBOUND, new byte[step.transform().keyBytes()], traffic));
        }
        plane.install(outbound).toCompletableFuture().get();
    }

    private SecurityAssociation association(Step step, SaId id, Direction direction, byte[] key, TrafficPair pair) {
        int integrity = step.transform().integrity().map(each -> each.keyBytes()).orElse(0);
        boolean unnumbered = step.transform() instanceof IpcompTransform;
        return new SecurityAssociation(id, direction, id.destination().equals(right) ? left : right, step.mode(),
                step.transform(), Secret.copyOf(key, 0, key.length - integrity),
                Secret.copyOf(key, key.length - integrity, integrity), byPolicy ? List.of() : List.of(pair),
                step.inUdp() ? Optional.of(new UdpEncapsulation(PORT, PORT)) : Optional.empty(),
                unnumbered ? ReplayProtection.OFF : replay, outer, Lifetime.UNLIMITED, Lifetime.UNLIMITED, GROUP);
    }

    static Step raw(Transform transform, Mode mode) {
        return new Step(transform, mode, false);
    }

    static Step ah(io.vanth.dataplane.Integrity integrity, Mode mode) {
        return raw(new AhTransform(integrity), mode);
    }
}
