package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.ike.crypto.PhaseTwoKeys;
import io.vanth.ike.exchange.LeastLifetime;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.EspProposal;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The two SAs of a tunnel, with their keys until the data plane has them.
record SaPair(ChildSa child, SecurityAssociation inbound, SecurityAssociation outbound) implements AutoCloseable {
    private static final int REPLAY_WINDOW = 1024;

    /// Derives the keys of both directions; `shared` is g(qm)^xy where there is one, and stays with the caller.
    static SaPair derive(Context context, Report.Role role, EspProposal proposal, Duration lifetime, Spi ownSpi,
            Spi peerSpi, Optional<Secret> shared, Bytes initiatorNonce, Bytes responderNonce) {
        InetAddress local = context.path().local().getAddress();
        InetAddress remote = context.path().remote().getAddress();
        var inbound = association(context, proposal, lifetime, Direction.INBOUND, remote, local, ownSpi, shared,
                initiatorNonce, responderNonce);
        var outbound = association(context, proposal, lifetime, Direction.OUTBOUND, local, remote, peerSpi, shared,
                initiatorNonce, responderNonce);
        return new SaPair(new ChildSa(context.tunnel(), role, proposal, inbound.id(), outbound.id(), lifetime,
                context.udp()), inbound, outbound);
    }

    private static SecurityAssociation association(Context context, EspProposal proposal, Duration lifetime,
            Direction direction, InetAddress source, InetAddress destination, Spi spi, Optional<Secret> shared,
            Bytes initiatorNonce, Bytes responderNonce) {
        EspTransform transform = proposal.transform();
        try (Secret keymat = PhaseTwoKeys.keymat(context.keys(), shared, SecurityProtocol.ESP, spi, initiatorNonce,
                responderNonce, transform.keyBytes())) {
            int cipherBytes = transform.cipherKeyBytes();
            return new SecurityAssociation(new SaId(SecurityProtocol.ESP, destination, spi), direction, source,
                    Mode.TUNNEL, transform, keymat.slice(0, cipherBytes),
                    keymat.slice(cipherBytes, transform.keyBytes() - cipherBytes), List.of(context.traffic()),
                    encapsulation(context), ReplayProtection.window(REPLAY_WINDOW),
                    OuterHeader.DEFAULT.with(context.tunnel().flow()),
                    Lifetime.UNLIMITED,
                    Lifetime.of(LeastLifetime.kept(lifetime, context.tunnel().lifetime())),
                    context.tunnel().group());
        }
    }

    private static Optional<UdpEncapsulation> encapsulation(Context context) {
        return context.udp()
                ? Optional.of(new UdpEncapsulation(context.path().local().getPort(), context.path().remote().getPort()))
                : Optional.empty();
    }

    /// The inbound SA is installed; the rest goes to whoever ran the exchange.
    NegotiatedChild negotiated() {
        return new NegotiatedChild(child, outbound);
    }

    @Override
    public void close() {
        for (SecurityAssociation association : List.of(inbound, outbound)) {
            association.cipherKey().close();
            association.integrityKey().close();
        }
    }
}
