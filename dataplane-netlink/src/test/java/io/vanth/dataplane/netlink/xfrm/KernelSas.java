package io.vanth.dataplane.netlink.xfrm;

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
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.UdpEncapsulation;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// SAs between this host, 192.0.2.1, and a peer, 192.0.2.2, for tests.
final class KernelSas {
    static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
    static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.2");
    static final SaGroup GROUP = new SaGroup(3);
    static final TrafficPair TRAFFIC = new TrafficPair(TrafficSelector.parse("10.1.0.0/16"),
            TrafficSelector.parse("10.2.0.0/16"));

    private KernelSas() {}

    /// In tunnel mode, with keys of zeros.
    static SecurityAssociation sa(Transform transform, Direction direction, int spi, Lifetime soft, boolean inUdp) {
        return sa(transform, Mode.TUNNEL, direction, spi, soft, inUdp);
    }

    /// With keys of zeros.
    static SecurityAssociation sa(Transform transform, Mode mode, Direction direction, int spi, Lifetime soft,
            boolean inUdp) {
        boolean out = direction == Direction.OUTBOUND;
        int integrity = transform.integrity().map(Integrity::keyBytes).orElse(0);
        return new SecurityAssociation(new SaId(transform.protocol(), out ? THERE : HERE, new Spi(spi)), direction,
                out ? HERE : THERE, mode, transform,
                Secret.owning(new byte[transform.keyBytes() - integrity]), Secret.owning(new byte[integrity]),
                List.of(TRAFFIC), inUdp ? Optional.of(new UdpEncapsulation(4500, 4500)) : Optional.empty(),
                transform.protocol() == SecurityProtocol.IPCOMP ? ReplayProtection.OFF : ReplayProtection.window(64),
                OuterHeader.DEFAULT, soft, Lifetime.UNLIMITED, GROUP);
    }
}
